"""Doses, numbers, lists of steps and things to do as programs put them into the clipboard, and what an article keeps."""

from tests.browser.pasted import note, noted, word

DOSES = {
    # --- Signs, formulas, raised letters: what a dose hangs on ---
    "<p>Take 5 <span style='font-family:Symbol'>m</span>g daily</p>": "<p>Take 5 μg daily</p>",
    "<p>Take 5 <span style='font-family:Symbol;mso-char-type:symbol;mso-symbol-font-family:Symbol'>\uf06d</span>g</p>": "<p>Take 5 μg</p>",
    "<font face=Symbol>b</font>-blocker, <font face='symbol'>&#179;</font> 5": "<p>β-blocker, ≥ 5</p>",
    "<p>Fever <span style='font-family:Wingdings;mso-char-type:symbol'>à</span> call</p>": "<p>Fever → call</p>",
    (
        "<p><span style='font-family:Wingdings'>þ</span> yes <span style='font-family:Wingdings'>o</span> no <span "
        "style='font-family:Wingdings'>ü</span></p>"
    ): "<p>☑ yes ☐ no ✓</p>",
    (
        "<p>10<span style='position:relative;top:-4.0pt;mso-text-raise:4.0pt'>9</span>/L, CO<span "
        "style='position:relative;top:2.0pt;mso-text-raise:-2.0pt'>2</span></p>"
    ): "<p>10<sup>9</sup>/L, CO<sub>2</sub></p>",
    "<p class=p1>10<span style='font:8.0px Helvetica;vertical-align:4.0px'>9</span>/L</p>": "<p>10<sup>9</sup>/L</p>",
    "<p>10<sup style='font-size:75%;line-height:0;position:relative;vertical-align:baseline;top:-0.5em'>9</sup>/L</p>": "<p>10<sup>9</sup>/L</p>",
    "<p>½ tablet, 1<sup>1</sup>/<sub>2</sub>, 2⁄3, 0,5&nbsp;ml</p>": "<p>½ tablet, 1<sup>1</sup>/<sub>2</sub>, 2⁄3, 0,5&nbsp;ml</p>",
    "<p>−5 °C to −10&nbsp;°C, 5–10&nbsp;mg, ±2, &lt;5, &gt;&nbsp;3, ≤4</p>": "<p>−5 °C to −10&nbsp;°C, 5–10&nbsp;mg, ±2, &lt;5, &gt;&nbsp;3, ≤4</p>",
    "<p>10&nbsp;mg, 1&#8239;000&nbsp;IU, 2&thinsp;×&thinsp;5</p>": "<p>10&nbsp;mg, 1\u202f000&nbsp;IU, 2\u2009×\u20095</p>",
    note("1", "Below 10<sup>9</sup>/L of CO<sub>2</sub>"): noted("Below 10⁹/L of CO₂"),
    note("1", "10<span style='vertical-align:super'>-9</span> g"): noted("10⁻⁹ g"),
    "<table><caption>Cells (10<sup>9</sup>/L)</caption><tr><td>5</td></tr></table>": "<table><caption>Cells (10⁹/L)</caption><tbody><tr><td><p>5</p></td></tr></tbody></table>",
    "<p>Take <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> tablet</p>": "<p>Take 1/2 tablet</p>",
    "<p><math><msup><mn>10</mn><mn>9</mn></msup><mo>/</mo><msub><mi>x</mi><mn>2</mn></msub></math></p>": "<p>10<sup>9</sup>/x<sub>2</sub></p>",
    (
        "<p>Dose: <span class=katex><span class=katex-mathml><math><semantics><mrow><mn>5</mn><mtext> mg</mtext></mrow>"
        "<annotation encoding='application/x-tex'>5 mg</annotation></semantics></math></span><span class=katex-html "
        "aria-hidden=true><span class=base><span class=mord>5</span><span class='mord text'> mg</span></span></span>"
        "</span>.</p>"
    ): "<p>Dose: 5 mg.</p>",
    (
        "<p>As <span class=mwe-math-element><span class='mwe-math-mathml-inline mwe-math-mathml-a11y' style='display: "
        "none;'><math><semantics><mrow><msup><mn>10</mn><mn>9</mn></msup></mrow><annotation>{\\displaystyle "
        "10^{9}}</annotation></semantics></math></span><img src='https://wikimedia.org/x.svg' "
        "class=mwe-math-fallback-image-inline alt='{\\displaystyle 10^{9}}' style='width:3.4ex;height:2.6ex'></span> a</p>"
    ): "<p>As 10<sup>9</sup> a</p>",
    (
        "<p>a <mjx-container><svg><g></g></svg><mjx-assistive-mml><math><mi>B</mi><mo>=</mo><mn>5</mn></math>"
        "</mjx-assistive-mml></mjx-container></p>"
    ): "<p>a B=5</p>",
    "<p>ﬁbrosis, ﬂu, eﬃcacy</p>": "<p>fibrosis, flu, efficacy</p>",
    "<p>exam\x02ple\x0bb\x0c</p>": "<p>example b</p>",
    "<p>BP <span aria-hidden=true>≥</span><span class=sr-only>at least</span> 140</p>": "<p>BP ≥ 140</p>",
    "<p><ruby>漢<rt>kan</rt></ruby></p>": "<p>漢(kan)</p>",
    "<p><math><mfrac><mi>m</mi><msup><mi>h</mi><mn>2</mn></msup></mfrac></math></p>": "<p>m/h<sup>2</sup></p>",
    note("1", "1<sup>1</sup>/<sub>2</sub> tablet"): noted("1¹/₂ tablet"),
    "<p><span style='font-family:Symbol'>-</span>5 <span style='font-family:Symbol'>m<b style='font-family:Arial'>m</b></span></p>": (
        "<p>−5 μ<strong>m</strong></p>"
    ),
    "<p>2<span class=sfrac><span>1</span><span class=sr-only>/</span><span>2</span></span></p>": "<p>2&nbsp;1/2</p>",
    "<p>2<span style='position:absolute;clip:rect(0,0,0,0)'>+</span>1<span class=sr-only>/</span>2</p>": "<p>2&nbsp;1/2</p>",
    "<p>10<span style='position:relative;top:-0.5em;font-size:80%'>9</span>, 5<span style='vertical-align:top;font-size:.7em'>2</span></p>": (
        "<p>10<sup>9</sup>, 5<sup>2</sup></p>"
    ),
    "<p>no aspirin<br aria-hidden=true>next</p>": "<p>no aspirin<br>next</p>",
    "<p>2<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>, <i><b class=num>1</b><b class=den>4</b></i></p>": (
        "<p>2&nbsp;1/2, <strong><em>1</em></strong><em>/</em><strong><em>4</em></strong></p>"
    ),
    # --- Words that stand apart by their layout alone ---
    "<td><span style='display:block'>5 mg</span><span style='display:block'>10 mg</span></td>": "<p>5 mg</p><p>10 mg</p>",
    "<table><tr><td><span style='display: block;'>5 mg</span><span style='display:block'>10 mg</span></td></tr></table>": "<table><tbody><tr><td><p>5 mg</p><p>10 mg</p></td></tr></tbody></table>",
    "<p><span style='display:flex'>Take 5</span><span style='display:flex'>10 pieces</span></p>": "<p>Take 5</p><p>10 pieces</p>",
    "Take 5<center>10 mg</center>20": "<p>Take 5</p><p>10 mg</p><p>20</p>",
    "<font size=2>Take 5<center><b>10 mg</b></center></font><p>x</p>": "<p>Take 5</p><p><strong>10 mg</strong></p><p>x</p>",
    "<menu><li>a<li>b</menu>": "<ul><li>a</li><li>b</li></ul>",
    "<dir><li>a<li>b</dir>": "<ul><li>a</li><li>b</li></ul>",
    "<fieldset><legend>Dose</legend><label>5</label></fieldset>": "<p>Dose</p><p>5</p>",
    "<div style='white-space:pre-wrap'>Take 1\n2 times</div>": "<p>Take 1<br>2 times</p>",
    "<span style='white-space: pre-wrap;'>Monday 5\nTuesday 10\n\nEnd</span>": "<p>Monday 5<br>Tuesday 10<br><br>End</p>",
    "<p>5 <select><option>mg</option><option selected>µg</option></select></p>": "<p>5 µg</p>",
    "<p>Dose <input value='5'> mg</p>": "<p>Dose 5 mg</p>",
    "<p>Dose <input type=hidden value='5'>10 mg</p>": "<p>Dose 10 mg</p>",
    "<div><div style='display:inline-block'>5</div><div style='display:inline-block'>10</div></div>": "<p>5 10</p>",
    "<p><span style='float:left'>5</span><span style='float:right'>10</span></p>": "<p>5 10</p>",
    "<div role=table><div role=row><span role=cell>5</span><span role=cell>10</span></div></div>": "<table><tbody><tr><td><p>5</p></td><td><p>10</p></td></tr></tbody></table>",
    "<table role=presentation><tr><td><p>a</p></td></tr></table>": "<p>a</p>",
    # --- Things to do, and pictures that are words ---
    (
        "<ul class=contains-task-list><li class=task-list-item><input type=checkbox checked disabled> stop aspirin</li>"
        "<li class=task-list-item><input type=checkbox disabled> stop warfarin</li></ul>"
    ): "<ul><li>☑ stop aspirin</li><li>☐ stop warfarin</li></ul>",
    (
        "<ul><li dir=ltr role=checkbox aria-checked=true style='list-style-type:none'><img "
        "src='data:image/png;base64,AA' width=17 height=17 alt=checked aria-roledescription=checkbox><p "
        "style='display:inline-block'><span style='text-decoration:line-through'>Eat</span></p></li><li dir=ltr "
        "role=checkbox aria-checked=false><img src='data:image/png;base64,AA' alt=unchecked "
        "aria-roledescription=checkbox><p style='display:inline-block'><span>Fast</span></p></li></ul>"
    ): "<ul><li>☑ Eat</li><li>☐ Fast</li></ul>",
    (
        "<ul style='--en-todo:true;'><li style='--en-checked:true;'><div>a</div></li><li style='--en-checked:false;'>"
        "<div>b</div></li></ul>"
    ): "<ul><li>☑ a</li><li>☐ b</li></ul>",
    (
        "<ul class=inline-task-list><li class=checked data-inline-task-id=1><span>a</span></li><li data-inline-task-id=2>"
        "b</li></ul>"
    ): "<ul><li>☑ a</li><li>☐ b</li></ul>",
    "<p><input type=radio checked>Yes <input type=radio>No</p>": "<p>◉ Yes ○ No</p>",
    "<table><tr><td>Aspirin</td><td><p><img class='emoticon emoticon-tick' alt='(tick)' src=a.png></p></td></tr></table>": "<table><tbody><tr><td><p>Aspirin</p></td><td><p>✓</p></td></tr></tbody></table>",
    "<table><tr><td>Safe</td><td><img src=a.png alt=No width=16 height=16></td></tr></table>": "<table><tbody><tr><td><p>Safe</p></td><td><p>No</p></td></tr></tbody></table>",
    "<p><img alt='Do not' src='no.png' style='width:20px;height:20px'> drink</p>": "<p>Do not drink</p>",
    "<ul><li data-checked=true><label><input type=checkbox checked><span></span></label><div><p>a</p></div></li></ul>": (
        "<ul><li>☑ a</li></ul>"
    ),
    "<p>do<img src=a.png width=16 height=16 alt=not>drink</p>": "<p>do not drink</p>",
    "<table><tr><td><svg role=img aria-label=Yes><path/></svg></td><td><i class=fa aria-label=No></i></td></tr></table>": (
        "<table><tbody><tr><td><p>Yes</p></td><td><p>No</p></td></tr></tbody></table>"
    ),
    "<p><span style='vertical-align:top;font-size:80%'>A small line</span></p>": "<p>A small line</p>",
    # --- Styles that say nothing, and those that hide ---
    "<p>Take <b><span style='font-weight:inherit;font-style:inherit'>no</span></b> aspirin</p>": "<p>Take <strong>no</strong> aspirin</p>",
    "<p><span style='font-style:inherit;vertical-align:inherit'>a</span></p>": "<p>a</p>",
    "<p>Take <b style='font-weight:var(--b)'>no</b></p>": "<p>Take <strong>no</strong></p>",
    "<p>a<span style='visibility:hidden'>b<i style='visibility:inherit'>c</i></span></p>": "<p>a</p>",
    "<p><span style='font-weight:650'>a</span></p>": "<p><strong>a</strong></p>",
    "<p>Take <span title='a > b' style='text-decoration:line-through'>20</span>2.</p>": "<p>Take 2.</p>",
    '<table><tr><td data-sheets-formula="=IF(A1>5;1)" style="display:none">20</td><td>2</td></tr></table>': "<table><tbody><tr><td><p>2</p></td></tr></tbody></table>",
    "<p>a<span style='opacity:0'>b</span></p>": "<p>a</p>",
    "<p>a<span style='opacity:0.5'>b</span></p>": "<p>ab</p>",
    "<div style='max-height:0px;overflow:hidden'>Pre</div><p>a</p>": "<p>a</p>",
    "<p>a<span style='position:absolute;width:1px;height:1px;overflow:hidden'>b</span></p>": "<p>a</p>",
    "<p>a<span style='position:absolute;left:-999em'>b</span></p>": "<p>a</p>",
    # --- What was deleted, by programs that say it with a class ---
    "<p>Take <span class='diff-html-removed'>20</span><span class='diff-html-added'>2</span></p>": "<p>Take 2</p>",
    (
        "<p>Take <span class='ck-suggestion-marker ck-suggestion-marker-deletion'>20</span><span "
        "class='ck-suggestion-marker-insertion'>2</span></p>"
    ): "<p>Take 2</p>",
    "<p>Take <span class='ice-del ice-cts-1'>20</span><span class='ice-ins'>2</span></p>": "<p>Take 2</p>",
    "<p>a <span class='TrackChangeTextMoveFrom TrackedChange'>20</span>b</p>": "<p>a b</p>",
    # --- Numbers that carry a meaning ---
    "<ol type=a><li>x</li><li>y</li></ol><p>See b.</p>": '<ol type="a"><li>x</li><li>y</li></ol><p>See b.</p>',
    "<ol><li style='list-style-type:lower-alpha' aria-level=1><p><span>x</span></p></li></ol>": '<ol type="a"><li>x</li></ol>',
    word(1, "a)", "x") + word(1, "b)", "y"): '<ol type="a"><li>x</li><li>y</li></ol>',
    word(1, "II.", "x") + word(1, "III.", "y"): '<ol start="2" type="I"><li>x</li><li>y</li></ol>',
    word(1, "(i)", "a") + word(1, "(ii)", "b"): '<ol type="i"><li>a</li><li>b</li></ol>',
    word(1, "1.", "a")
    + word(2, "a.", "b")
    + word(1, "2.", "c"): '<ol><li>a<ol type="a"><li>b</li></ol></li><li>c</li></ol>',
    "<ol reversed><li>x</li><li>y</li></ol>": '<ol start="2"><li>x</li></ol><ol><li>y</li></ol>',
    word(1, "0.", "a") + word(1, "1.", "b"): '<ol start="0"><li>a</li><li>b</li></ol>',
    word(1, "NOTE", "Do not drink"): "<ul><li>NOTE Do not drink</li></ul>",
    (
        "<ul class=p-rich_text_list data-indent=0><li data-stringify-indent=0>a</li></ul><ul class=p-rich_text_list "
        "data-indent=1><li data-stringify-indent=1>b</li></ul><ul data-indent=0><li data-stringify-indent=0>c</li></ul>"
    ): "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    (
        "<ul class='lst-kix_ab12-0 start'><li>a</li></ul><ul class='lst-kix_ab12-1 start'><li>b</li></ul><ul "
        "class='lst-kix_ab12-0'><li>c</li></ul>"
    ): "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    word(1, "g)", "a")
    + word(1, "h)", "b")
    + word(1, "i)", "c"): '<ol start="7" type="a"><li>a</li><li>b</li><li>c</li></ol>',
    # --- Tables and links ---
    (
        "<table><thead><tr><td>Drug</td><td colspan=2>Dose (mg)</td></tr></thead><tbody><tr><th scope=row>A</th><td>"
        "5</td><td>10</td></tr></tbody></table>"
    ): (
        '<table><tbody><tr><th><p>Drug</p></th><th colspan="2"><p>Dose (mg)</p></th></tr><tr><th scope="row"><p>A</p>'
        "</th><td><p>5</p></td><td><p>10</p></td></tr></tbody></table>"
    ),
    "<table><colgroup><col><col style='display:none'><col></colgroup><tr><td>1</td><td>2</td><td>3</td></tr></table>": "<table><tbody><tr><td><p>1</p></td><td><p>3</p></td></tr></tbody></table>",
    "<table><tfoot><tr><td>Sum</td></tr></tfoot><tbody><tr><td>1</td></tr></tbody></table>": "<table><tbody><tr><td><p>1</p></td></tr><tr><td><p>Sum</p></td></tr></tbody></table>",
    "<p><a href='callto:+4930123'>call</a></p>": '<p><a href="tel:+4930123" rel="noopener noreferrer">call</a></p>',
    "<p><a href='https://slack-redir.net/link?url=https%3A%2F%2Fexample.org%2Fa'>a</a></p>": '<p><a href="https://example.org/a" rel="noopener noreferrer">a</a></p>',
    "<p><a href='https://urldefense.com/v3/__https://example.org/a__;!!abc$'>a</a></p>": '<p><a href="https://example.org/a" rel="noopener noreferrer">a</a></p>',
    "<p>a<table><tr><td>5</td></tr></table>b</p>": "<p>a</p><table><tbody><tr><td><p>5</p></td></tr></tbody></table><p>b</p>",
    "<div style='width:1%;height:1em;overflow:hidden'>a</div>": "<p>a</p>",
}
