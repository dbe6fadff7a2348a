# SPDX-License-Identifier: Apache-2.0
# t/hostile.py -- XML that means no good, for whatever protocol: cases by their names. DOCUMENT is a
# good document without a declaration, and PLACE in it where a value stands.
import os
import re
import statistics

PLACE = '(here)'

# A server whose memory tells of what stays behind: little else moves in it.
ONE_CHILD = ('StartServers 1\nServerLimit 1\nMaxRequestWorkers 2\nThreadsPerChild 2\n'
             'MinSpareThreads 1\nMaxSpareThreads 2\n')

# How often all is sent to look at the memory, before and after; the first times each thread and each
# connection keep what they once need. By so many KiB a child differs all the same, and it may now and
# then grow by more; what stays of each request makes it grow as often as one looks.
WARM, ROUNDS, NOISE, LOOKS = 5, 4, 512, 4


def resident(site):
    """The memory that the only child of SITE's httpd has for its own, in KiB."""
    with open(f'{site.room}/run/httpd.pid', encoding='ascii') as f:
        parent = f.read().strip()
    with open(f'/proc/{parent}/task/{parent}/children', encoding='ascii') as f:
        [child] = f.read().split()
    with open(f'/proc/{child}/status', encoding='ascii') as f:
        return int(re.search(r'^RssAnon:\s*(\d+) kB', f.read(), re.M)[1])


# The sanitizers keep what was freed, to tell of its use: not in a server whose memory is watched.
FORGETS = {'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') +
           ':quarantine_size_mb=0:thread_local_quarantine_size_kb=0:malloc_context_size=0'}


def expect_nothing_stays(site, post, bodies):
    """POST all BODIES to SITE, again and again: its child does not grow, and does not complain."""
    sizes = []

    def size_after(rounds):
        for _ in range(rounds):
            for body in bodies:
                post(body)
            sizes.append(resident(site))
        return statistics.median(sizes[-ROUNDS:])

    last = size_after(WARM + ROUNDS)
    for _ in range(LOOKS):
        before, last = last, size_after(ROUNDS)
        if last - before < NOISE:
            break
    else:
        raise AssertionError(f'it grows with each look: {sizes}')
    site.check_log()


# The number one, in ways in which some may write it.
ONE = ['1', ' 1 ', '\n1\t', '<![CDATA[1]]>', '&#49;', '<!-- -->1', '+1', '01', '1.0', '1e0', '1.', '0.1e1']

# What is no such number, as odd as it comes.
ODD = ['', ' ', '0', '-1', '-0', '1 1', '1,0', '0x1', '1_0', 'NaN', 'INF', '-INF', 'Infinity', 'true',
       'TRUE', 'null', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '9' * 400,
       '1' + '0' * 400, '1e400', '1e-400', '1e99999999999', '.', '-', '+', 'e', '١', '1\u00a0', '１',
       'x' * 100000, '&lt;a/&gt;', "1' OR '1'='1", '1;DROP TABLE mdl_user', '%s%n', '<a>1</a>', '<a/>',
       '====', 'M']

CONTROLS = [c for c in range(1, 32) if c not in (9, 10, 13)]


def laughs(width, depth):
    """Entities that become WIDTH ** DEPTH characters."""
    return '<!ENTITY a0 "x">' + ''.join(f'<!ENTITY a{i + 1} "{f"&a{i};" * width}">'
                                        for i in range(depth))


COMMENT = f'<!-- {"a" * 500} -->'


def doctypes(document):
    """Documents with a DOCTYPE; the parser meets it before anything that is wrong."""
    with_x = document.replace(PLACE, '&x;')
    return {
        'alone': f'<!DOCTYPE e>{document}',
        'behind a comment': f'<!-- a --><!DOCTYPE e>{document}',
        'behind a declaration': f'<?xml version="1.0"?>\n<!DOCTYPE e>{document}',
        'behind an instruction': f'<?a b?><!DOCTYPE e>{document}',
        'empty subset': f'<!DOCTYPE e []>{document}',
        'internal entity': f'<!DOCTYPE e [<!ENTITY x "1">]>{with_x}',
        'a file': f'<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]>{with_x}',
        'an address': f'<!DOCTYPE e [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>{with_x}',
        'a filter of PHP': '<!DOCTYPE e [<!ENTITY x SYSTEM "php://filter/read=convert.base64-encode/'
                           f'resource=/etc/passwd">]>{with_x}',
        'public': f'<!DOCTYPE e PUBLIC "-//A//B//EN" "http://127.0.0.1:1/a.dtd">{document}',
        'system': f'<!DOCTYPE e SYSTEM "file:///etc/passwd">{document}',
        'parameter entity': '<!DOCTYPE e [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]>' + document,
        'unparsed entity': '<!DOCTYPE e [<!NOTATION n SYSTEM "a"><!ENTITY x SYSTEM "b" NDATA n>]>'
                           + document,
        'billion laughs': f'<!DOCTYPE e [{laughs(10, 10)}]>' + document.replace(PLACE, '&a10;'),
        'quadratic': f'<!DOCTYPE e [<!ENTITY x "{"y" * 50000}">]>'
                     + document.replace(PLACE, '&x;' * 5000),
        'in a circle': '<!DOCTYPE e [<!ENTITY x "&y;"><!ENTITY y "&x;">]>' + with_x,
        'preset attribute': f'<!DOCTYPE e [<!ATTLIST e a CDATA "b">]>{document}',
        'declared elements': f'<!DOCTYPE e [<!ELEMENT e EMPTY>]>{document}',
        'without an end': f'<!DOCTYPE e [{document}',
        'twice': f'<!DOCTYPE e><!DOCTYPE e>{document}',
        'a million bytes long': f'<!DOCTYPE {"e" * 40000} [{COMMENT * 2000}]>{document}',
    }


def malformed(document):
    """What is no XML, or no XML with namespaces."""
    put = lambda text: document.replace(PLACE, text)
    cases = {
        'small doctype': f'<!doctype e>{document}', 'late doctype': f'{document}<!DOCTYPE e>',
        'conditional section': f'<![INCLUDE[{document}]]>',
        'two roots': document + document, 'text behind': document + 'x',
        'text before': 'x' + document,
        'late declaration': put('<?xml version="1.0"?>'),
        'two declarations': '<?xml version="1.0"?>' * 2 + document,
        'blank before a declaration': f' <?xml version="1.0"?>{document}',
        'no version': f'<?xml encoding="utf-8"?>{document}',
        'open declaration': '<?xml version="1.0"',
        'open comment': put('<!-- '), 'double hyphen': put('<!-- a -- b -->'),
        'open CDATA': put('<![CDATA[1'),
        'end of a CDATA': put(']]>'), 'open instruction': put('<?a '),
        'instruction without a name': put('<? ?>'),
        'open tag': put('<a'), 'open quote': put('<a b="'), 'no quotes': put('<a b=c/>'),
        'no value': put('<a b/>'), 'no space': put('<a b="1"c="2"/>'),
        'less in a value': put('<a b="<"/>'),
        'twice an attribute': put('<a b="1" b="2"/>'),
        'never closed': put('<a>'), 'never opened': put('</a>'), 'crossed': put('<a><b></a></b>'),
        'other case': put('<a></A>'), 'end with an attribute': put('<a></a b="1">'),
        'blank name': put('< a/>'),
        'digit name': put('<1a/>'), 'no name': put('<>'), 'hyphen name': put('<-a/>'),
        'prefix of nobody': put('<nobody:a/>'), 'attribute of nobody': put('<a nobody:b="1"/>'),
        'lone ampersand': put('&'), 'no semicolon': put('&amp'), 'unknown entity': put('&x;'),
        'entity of HTML': put('&nbsp;'), 'percent entity': put('&%x;'),
        'in an attribute': put('<a b="&x;"/>'),
        'number nothing': put('&#;'), 'number x': put('&#x;'), 'number 0': put('&#0;'),
        'number 1': put('&#1;'),
        'half a pair': put('&#xD800;'), 'beyond Unicode': put('&#x110000;'),
        'no character': put('&#xFFFF;'),
        'overflow': put('&#4294967345;'), 'overflow of 64 bits': put(f'&#{2 ** 64 + 49};'),
        'only blanks': ' \n\t', 'only a declaration': '<?xml version="1.0"?>',
        'only a comment': '<!-- -->',
        'a comma': ',', 'JSON': '{"a": [1]}', 'a form': 'wsfunction=a&b=c',
    }
    cases = {name: text.encode() for name, text in cases.items()}
    for code in CONTROLS:
        cases[f'control {code}'] = put(chr(code)).encode()
    for name, wrong in {
            'lone continuation': b'\x80', 'cut of two': b'\xc3', 'cut of three': b'\xe2\x82',
            'cut of four': b'\xf0\x9f\x98', 'overlong slash': b'\xc0\xaf',
            'overlong of three': b'\xe0\x80\xaf',
            'overlong NUL': b'\xc0\x80', 'half a pair': b'\xed\xa0\x80',
            'a pair of halves': b'\xed\xa0\xbd\xed\xb8\x80',
            'beyond Unicode': b'\xf4\x90\x80\x80', 'five bytes': b'\xf8\x88\x80\x80\x80',
            'FE': b'\xfe',
            'FF': b'\xff', 'FFFE': b'\xef\xbf\xbe', 'FFFF': b'\xef\xbf\xbf',
            'latin': b'\xe9'}.items():
        cases[f'UTF-8: {name}'] = document.encode().replace(PLACE.encode(), wrong)
    return cases


def nuls(document):
    """A NUL in every sort of place. What would follow it unseen is a document."""
    good = document.replace(PLACE, '1')
    tag = good.index('>')
    return {
        'alone': '\0', 'before': '\0' + good, 'behind': good + '\0',
        'behind, with more': good + '\0' + good,
        'in a value': document.replace(PLACE, '1\0'),
        'before a value': document.replace(PLACE, '\0001'),
        'in a name': good[:2] + '\0' + good[2:],
        'at the end of a tag': good[:tag] + '\0' + good[tag:],
        'in an attribute': document.replace(PLACE, '<a b="\0"/>'),
        'in a comment': document.replace(PLACE, '<!--\0-->1'),
        'in a CDATA': document.replace(PLACE, '<![CDATA[\0]]>'), 'at the end': good[:-1] + '\0',
        'between all': '\0'.join(good), 'after the declaration': f'<?xml version="1.0"?>\0{good}',
    }


def encodings(document):
    """The good document in encodings, true and false: bytes, and whether they can be read."""
    good = document.replace(PLACE, '1')
    said = lambda name: f'<?xml version="1.0" encoding="{name}"?>{good}'
    cases = {f'said {name}': (said(name).encode(), True)
             for name in ('utf-8', 'UTF-8', 'Utf8', 'us-ascii', 'ISO-8859-1', 'latin1')}
    cases.update({f'said {name}': (said(name).encode(), False)
                  for name in ('', ' ', 'utf-7', 'utf-16', 'UTF-16LE', 'utf-32', 'ucs-4',
                               'windows-1252', 'cp037', 'ebcdic-cp-us', 'shift_jis', 'iso-2022-jp',
                               'gb18030',
                               'x' * 100000,
                               '../../etc/passwd', '%s%n', 'utf-8&#0;', 'utf-8\n')})
    cases.update({f'in {name}': (said(name).encode(name), False)
                  for name in ('utf-7', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-le', 'cp037',
                               'cp500')
                  if said(name).encode(name) != said(name).encode()})
    wide = good.encode('utf-16-le')
    cases.update({
        'marked UTF-8': (b'\xef\xbb\xbf' + good.encode(), True),
        'marked twice': (b'\xef\xbb\xbf' * 2 + good.encode(), False),
        'mark alone': (b'\xef\xbb\xbf', False), 'half a mark': (b'\xef\xbb' + good.encode(), False),
        'marked UTF-16': (b'\xff\xfe' + wide, True),
        'marked UTF-16 of the other order': (b'\xfe\xff' + good.encode('utf-16-be'), True),
        'UTF-16 said and marked': (said('utf-16').encode('utf-16'), True),
        'UTF-16 by a wrong mark': (b'\xfe\xff' + wide, False),
        'UTF-16, odd': (b'\xff\xfe' + wide + b'\0', False),
        'UTF-16, said to be UTF-8': (said('utf-8').encode('utf-16'), False),
        'UTF-16, half a pair': (b'\xff\xfe' + wide + b'\x3d\xd8', False),
        'UTF-16, the second half': (b'\xff\xfe' + b'\x00\xde' + wide, False),
        'UTF-16, the mark alone': (b'\xff\xfe', False),
        'UTF-16, a NUL': (b'\xff\xfe' + wide + b'\0\0', False),
        'marked UTF-32': (good.encode('utf-32'), False),
        'gzip': (b'\x1f\x8b\x08\x00' + b'\0' * 100, False),
        'a zip': (b'PK\x03\x04' + b'\0' * 100, False),
        'noise': (bytes(range(256)) * 10, False),
    })
    return cases


def huge(document):
    """What is too much of something: each a function that makes it."""
    put = lambda text: document.replace(PLACE, text)
    return {
        '251 levels': lambda: put('<a>' * 251 + '</a>' * 251),
        '200,000 levels': lambda: put('<a>' * 200000 + '</a>' * 200000),
        '200,000 levels, never closed': lambda: put('<a>' * 200000),
        '101 attributes': lambda: put('<a ' + ' '.join(f'b{i}="1"' for i in range(101)) + '/>'),
        '100,000 attributes': lambda: put('<a ' + ' '.join(f'b{i}="1"' for i in range(100000)) + '/>'),
        'one attribute 100,000 times': lambda: put('<a' + ' b="1"' * 100000 + '/>'),
        '201 namespaces': lambda: put(''.join(f'<a xmlns:n{i}="u">' for i in range(201))
                                      + '</a>' * 201),
        '100,000 namespaces': lambda: put('<a ' + ' '.join(f'xmlns:n{i}="u"' for i in range(100000))
                                          + '/>'),
        '50,001 names': lambda: put(''.join(f'<a{i}/>' for i in range(50001))),
        '50,001 instructions': lambda: put(''.join(f'<?a{i}?>' for i in range(50001))),
        'a name of a million': lambda: put(f'<{"a" * 1000000}/>'),
        'a prefix of a million': lambda: put(f'<{"a" * 1000000}:b/>'),
        'an attribute of eleven million': lambda: put(f'<a b="{"c" * 11000000}"/>'),
        'a text of eleven million': lambda: put('1' * 11000000),
        'open comments': lambda: put('<!-- ' * 100000),
        'open CDATAs': lambda: put('<![CDATA[' * 100000),
        'open quotes': lambda: put('<a b="' * 100000), 'only opening': lambda: '<' * 1000000,
        'only ampersands': lambda: put('&' * 1000000),
    }
