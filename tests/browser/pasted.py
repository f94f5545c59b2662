"""What programs put into the clipboard, in the smallest words that show it, and what an article keeps of it."""


def word(level: int, label: str, words: str, font: str = "", tag: str = "p") -> str:
    """A line of a list as Word writes it: the label in front is marked, with a line break where Word breaks it."""
    filler = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span>"
    mark = f"<span style='font-family:{font}'><span style='mso-list:\nIgnore'>{label}{filler}</span></span>"
    return f"<{tag} style='text-indent:-18pt;mso-list:l0 level{level} lfo1'><![if !supportLists]>{mark}<![endif]>{words}</{tag}>"


def office(level: int, words: str, tag: str = "ul", start: int = 1) -> str:
    """An item as Office on the web writes it: each in a list of its own."""
    item = f'<li data-aria-level="{level}" class="OutlineElement"><p><span>{words}</span><span class="EOP">&nbsp;</span></p></li>'
    return f'<div class="ListContainerWrapper"><{tag} start="{start}">{item}</{tag}></div>'


def note(mark: str, words: str) -> str:
    """A footnote of Word: number and note lead to each other."""
    number = f"<a href='#_ftn1' name='_ftnref1'><span>{mark}</span></a>"
    return f"<p>So{number}.</p><div id=ftn1><p><a href='#_ftnref1' name='_ftn1'>{mark}</a> {words}</p></div>"


def noted(words: str) -> str:
    return f'<p>So<span data-footnote="">{words}</span>.</p>'


LABELS = (
    "Dr. Green says so",
    "St. John's wort",
    "65. Birthday checks",
    "o negative blood",
    "A. is a letter",
    "§ 5 says",
)
PASTED = {
    # --- What was deleted, struck, hidden or a comment ---
    "<p>Take <del>20</del><ins>2</ins> tablets.</p>": "<p>Take 2 tablets.</p>",
    "<p>Take <s>20</s> <strike>200</strike> 2.</p>": "<p>Take 2.</p>",
    "<p>Take <span style='text-decoration:underline line-through red'>20</span>2.</p>": "<p>Take 2.</p>",
    "<p>Take <span style='text-decoration-line: line-through'><b>2</b>0</span>2.</p>": "<p>Take 2.</p>",
    "<style>span.s1 {text-decoration: line-through}</style><p>Take <span class=s1>20</span>2.</p>": "<p>Take 2.</p>",
    "<p>Take <span class=msoDel>20</span><span class='TrackedChange TrackChangeTextDeletion'>0</span>2.</p>": (
        "<p>Take 2.</p>"
    ),
    "<p>Take <s style='text-decoration:none'>2</s>.</p>": "<p>Take 2.</p>",
    "<table><tr><td style='text-decoration:line-through'>20</td><td>2</td></tr></table>": (
        "<table><tbody><tr><td><p></p></td><td><p>2</p></td></tr></tbody></table>"
    ),
    "<p>a<span role=deletion>b</span><span role=comment>c</span><span style='position:absolute;left:-9999px'>d</span></p>": (
        "<p>a</p>"
    ),
    "<p><del>All of it.</del></p><p>Kept.</p>": "<p>Kept.</p>",
    "<ul><li>a</li><li><del>b</del></li><li>c</li></ul>": "<ul><li>a</li><li>c</li></ul>",
    "<p>a<span style='display:none'>b</span><span style='mso-hide:all'>c</span><span hidden>d</span>e</p>": "<p>ae</p>",
    "<p style='visibility:hidden'>a <b style='visibility:visible'>b</b></p>": "<p><strong>b</strong></p>",
    "<style>@media print {p {display:none}} .x {display:none}</style><p>a<i class=x>b</i></p>": "<p>a</p>",
    "<p><span aria-hidden=true>→</span>a<i class=material-icons aria-hidden=true>arrow_forward</i></p>": "<p>a</p>",
    "<p><span aria-hidden=true>20 mg</span></p>": "<p>20 mg</p>",
    "<noscript><p>Turn it on</p></noscript><p>a<svg><title>Icon</title></svg></p>": "<p>a</p>",
    "<p>So<a class=msocomanchor href='#_msocom_1' name='_msoanchor_1'>[JD1]</a></p><div style='mso-element:comment-list'>"
    "<div style='mso-element:comment'><p><a href='#_msoanchor_1' name='_msocom_1'>[JD1]</a>Who says?</p></div></div>": (
        "<p>So</p>"
    ),
    "<p>So<a href='#_msocom_1' name='_msoanchor_1'>[1]</a></p>"
    "<p><a href='#_msoanchor_1' name='_msocom_1'>[1]</a>Who says?</p>": "<p>So</p>",
    "<p>So<sup><a href='#cmnt1' id='cmnt_ref1'>[a]</a></sup></p>"
    "<div><p><a href='#cmnt_ref1' id='cmnt1'>[a]</a><span>Who says?</span></p><p>I do.</p></div>": "<p>So</p>",
    # --- Footnotes ---
    note("[1]", "Not. Always true."): noted("Not. Always true."),
    note("1", "65. Birthday."): noted("65. Birthday."),
    note(
        "[1]", "See <a href='https://example.org/a'>here</a>, <a href='https://example.org/'>https://example.org</a>."
    ): (noted("See here (https://example.org/a), https://example.org.")),
    note("[1]", "One.</p><p>Two.<br>Three."): noted("One. Two. Three."),
    "<p>A<sup id=r1><a href='#n1'>[1]</a></sup> and B<sup id=r2><a href='#n1'>[1]</a></sup></p>"
    "<hr><ol><li id=n1>^ <a href='#r1'>a</a> <a href='#r2'>b</a> Both.</li></ol>": (
        '<p>A<span data-footnote="">Both.</span> and B<span data-footnote="">Both.</span></p>'
    ),
    "<p>A<sup><a href='#f1' id=b1>1</a></sup></p><section><hr><ol><li id=f1><p>Words. <a href='#b1'>↩</a></p></li></ol></section>": (
        '<p>A<span data-footnote="">Words.</span></p>'
    ),
    "<p>A<sup><a href='#ftnt1' id=ftnt_ref1>[1]</a></sup></p><hr><div><p><a href='#ftnt_ref1' id=ftnt1>[1]</a>&nbsp;One.</p>"
    "<p>Two.</p></div>": '<p>A<span data-footnote="">One. Two.</span></p>',
    "<ul><li><a href='#part' id=toc>Part one</a></li></ul><h2 id=part><a href='#toc'>Part one</a></h2><p>Words</p>": (
        '<ul><li><a href="#part" rel="noopener noreferrer">Part one</a></li></ul>'
        '<h2><a href="#toc" rel="noopener noreferrer">Part one</a></h2><p>Words</p>'
    ),
    "<p>A<a href='#f1' id=b1>1</a>, B<a href='#f2' id=b2>2</a></p><p><a id=f1 href='#b1'>1</a> One. <a id=f2 href='#b2'>2</a> Two."
    "</p>": '<p>A<span data-footnote="">One.</span>, B<span data-footnote="">Two.</span></p>',
    # --- Letters ---
    "<p>Take <b style='mso-bidi-font-weight:normal'>no aspirin</b></p>": "<p>Take <strong>no aspirin</strong></p>",
    "<b style='font-weight:normal'><p>a <span style='font-weight:700'>b</span></p></b>": "<p>a <strong>b</strong></p>",
    "<p style='font-weight:bold'>a <span style='font-weight:400'>b</span></p>": "<p><strong>a </strong>b</p>",
    "<style>.s2 {font-style: italic}</style><p>a <span class=s2>b</span></p>": "<p>a <em>b</em></p>",
    "<p>CO<span style='vertical-align:sub'>2</span>, m<sup>2</sup></p>": "<p>CO<sub>2</sub>, m<sup>2</sup></p>",
    "<p><q>No</q>, she said</p>": "<p>“No”, she said</p>",
    "<pre>one\ntwo</pre>": "<p>one<br>two</p>",
    "<p>a&nbsp;</p><p>&nbsp;</p><p><br></p><p>b.&nbsp; c&nbsp;<br>5&nbsp;mg<br></p><br><p>d</p>": (
        "<p>a</p><p>b. c<br>5&nbsp;mg</p><p>d</p>"
    ),
    "<div>a</div><div><span>Take</span><span> </span><b>2</b><div>b</div>c</div>": (
        "<p>a</p><p>Take <strong>2</strong></p><p>b</p><p>c</p>"
    ),
    "<div>a<p></p>b</div><div>c <div style='display:inline'>d</div></div>": "<p>a</p><p>b</p><p>c d</p>",
    "<html><body><p>a</p></body></html>\x00garbage": "<p>a</p>",
    # --- Lists ---
    **{word(1, "·", words, "Symbol"): f"<ul><li>{words}</li></ul>" for words in LABELS},
    **{f"<ul><li>{words}</li></ul>": f"<ul><li>{words}</li></ul>" for words in LABELS},
    **{f"<p style='mso-list:l0 level1 lfo1'>{words}</p>": f"<ul><li>{words}</li></ul>" for words in LABELS},
    "<ul><li>a</li><li><ul><li>b</li></ul></li><li>c</li></ul>": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "<ul><li><ul><li>b</li></ul></li><li>c</li></ul>": "<ul><li>b</li><li>c</li></ul>",
    word(1, "1.", "a") + word(3, "i.", "b") + word(1, "2.", "c"): (
        '<ol><li>a<ol type="i"><li>b</li></ol></li><li>c</li></ol>'
    ),
    word(3, "i.", "a") + word(1, "1.", "b"): '<ol type="i"><li>a</li></ol><ol><li>b</li></ol>',
    word(1, "1.", "a") + "<p>b</p>" + word(1, "2.", "c"): '<ol><li>a</li></ol><p>b</p><ol start="2"><li>c</li></ol>',
    word(1, "1.", "a").replace("text-indent", "margin-left:18pt;text-indent")
    + "<p style='margin-left:18pt'>b</p>"
    + word(2, "·", "c", "Symbol")
    + "<p style='margin-left:18pt'>d</p>"
    + word(1, "2.", "e"): "<ol><li><p>a</p><p>b</p><ul><li>c</li></ul><p>d</p></li><li>e</li></ol>",
    word(1, "c)", "a") + word(1, "d)", "b"): '<ol start="3" type="a"><li>a</li><li>b</li></ol>',
    word(1, "1", "a") + word(1, "2", "b"): "<ol><li>a</li><li>b</li></ol>",
    word(1, "o", "a", "Courier New") + word(2, "§", "b", "Wingdings"): "<ul><li>a<ul><li>b</li></ul></li></ul>",
    "<style>@list l0:level1 {mso-level-number-format:roman-lower}</style>" + word(1, "v.", "a"): (
        '<ol start="5" type="i"><li>a</li></ol>'
    ),
    "<p class=MsoListParagraph><!--[if !supportLists]--><span>·</span><!--[endif]-->Dr. Green</p>"
    "<p class=MsoListParagraph style='margin-left:72pt'><!--[if !supportLists]--><span>·</span><!--[endif]-->a</p>": (
        "<ul><li>Dr. Green<ul><li>a</li></ul></li></ul>"
    ),
    "<p style='mso-list:l0 level1 lfo1'>a</p><ul><ul><li style='mso-list:l0 level2 lfo1'>b</li></ul></ul>": (
        "<ul><li>a<ul><li>b</li></ul></li></ul>"
    ),
    "<h1><span style='mso-list:Ignore'>1. </span>Part</h1><p><span style='mso-list: Ignore'>2. </span>65. Birthday</p>": (
        '<h2>Part</h2><ol start="2"><li>65. Birthday</li></ol>'
    ),
    word(1, "1.", "Part", tag="h1") + "<p>a</p>": "<h2>Part</h2><p>a</p>",
    "<ol><li><h2>Part</h2></li></ol><p>a</p>": "<h2>Part</h2><p>a</p>",
    "<ol><li>a</li><li value=4>b</li><li>c</li></ol>": '<ol><li>a</li></ol><ol start="4"><li>b</li><li>c</li></ol>',
    "<p role=heading aria-level=1>Part</p>" + office(1, "a") + office(2, "b") + office(1, "c"): (
        "<h2>Part</h2><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
    ),
    office(1, "a", "ol") + "<p>b</p>" + office(1, "c", "ol", 2): (
        '<ol><li>a</li></ol><p>b</p><ol start="2"><li>c</li></ol>'
    ),
    # --- Pictures, figures, tables ---
    "<p>See <img src='https://example.org/a.png' alt='An eye'>this</p>": '<p>See this</p><figure><img alt="An eye"></figure>',
    "<p><img src='data:image/png;base64,AA' alt='IMG_1.png'></p>": '<figure><img alt=""></figure>',
    "<p>a<img src=b.gif width=1 height=1><img class=emoji alt='🙂' src=c.png></p>": "<p>a🙂</p>",
    "<p>a</p><figure><div><img src=b.png alt=c></div><figcaption><p>d</p></figcaption></figure>": (
        '<p>a</p><figure><img alt="c"><figcaption>d</figcaption></figure>'
    ),
    "<figure><table><tr><td>a</td></tr></table><figcaption>b</figcaption></figure>": (
        "<table><caption>b</caption><tbody><tr><td><p>a</p></td></tr></tbody></table>"
    ),
    "<figure><blockquote><p>a</p></blockquote><figcaption>b</figcaption></figure>": "<blockquote><p>a</p></blockquote><p>b</p>",
    "<figure><iframe src='https://www.youtube.com/embed/dQw4w9WgXcQ'></iframe><figcaption>a</figcaption></figure>": (
        '<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>a</figcaption></figure>'
    ),
    "<p>a<!--[if gte vml 1]><v:shape alt='b'><v:imagedata src='c.png'/></v:shape><![endif]--></p>": (
        '<p>a</p><figure><img alt="b"></figure>'
    ),
    # --- Directions and links ---
    "<div dir=RTL><p>שלום</p><ul><li>COVID</li></ul></div><p style='direction:rtl'>a</p><p dir=ltr>b</p>": (
        '<p dir="rtl">שלום</p><ul dir="rtl"><li>COVID</li></ul><p dir="rtl">a</p><p>b</p>'
    ),
    "<p><a href='tel:112'>112</a></p>": '<p><a href="tel:112" rel="noopener noreferrer">112</a></p>',
    "<p><a href='https://www.google.com/url?q=https://example.org/&amp;sa=D'>a</a> <a href='#_Toc1'>b</a></p>": (
        '<p><a href="https://example.org/" rel="noopener noreferrer">a</a> b</p>'
    ),
}
