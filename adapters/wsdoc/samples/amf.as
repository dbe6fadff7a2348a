// SPDX-License-Identifier: Apache-2.0
// The token is a variable of the page: <param name="flashvars" value="token=...">
package {
    import flash.display.Sprite;
    import flash.net.NetConnection;
    import flash.net.Responder;

    public class Sample extends Sprite {
        private var moodle:NetConnection = new NetConnection();

        public function Sample() {
            var answered:Responder = new Responder(show, fail);
            var parameters:Array = [{{positional}}];

            moodle.connect('{{address}}'
                + '?wstoken=' + loaderInfo.parameters.token);
            moodle.call.apply(moodle,
                ['{{service}}.{{function}}', answered].concat(parameters));
        }

        private function show(answer:Object):void {
            trace(JSON.stringify(answer, null, 4));
        }

        private function fail(fault:Object):void {
            trace(fault.faultCode + ': ' + fault.faultString);
        }
    }
}
