// How hard a text is to read, while somebody types: the mirror of articles/readability.py and articles/passages.py, where
// every rule is explained. Both are given the same data, and a test holds both to the same numbers.

const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>/g; // as articles/content.py cuts a text into blocks
const WHOLE_TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"]|"[^"]*")*)>/g;
const VOID = new Set(["br", "hr", "img", "col"]);
const INLINE = new Set("a strong em sub sup b i span br img mark u s code abbr cite small q".split(" "));
const HEADINGS = new Set(["h1", "h2", "h3", "h4", "h5", "h6"]);
const ASIDE = new Set(["table", "figure"]);
const NOT_BLANK = /[^ \t\n\v\f\r\u00a0]/;
const CHARACTERS = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0", "#39": "'", "#x27": "'" };

const sum = (rows, name) => rows.reduce((all, row) => all + row[name], 0);
const plain = (text) => text.replace(/&(amp|lt|gt|quot|nbsp|#39|#x27);/g, (all, name) => CHARACTERS[name]);
// Halves up, as in Python's mirror.
const rounded = (value, times) => Math.floor(value * times + 0.5);

export function blocksOf(html) {
  const blocks = [];
  let depth = 0;
  let begin = 0;
  for (const tag of html.matchAll(TAG)) {
    if (VOID.has(tag[2].toLowerCase())) continue;
    depth += tag[1] ? -1 : 1;
    if (depth) continue;
    blocks.push(html.slice(begin, tag.index + tag[0].length));
    begin = tag.index + tag[0].length;
  }
  if (begin < html.length) blocks.push(html.slice(begin));
  return blocks;
}

export function passagesOf(html) {
  const passages = [];
  let pieces = [[], []]; // words, and those of footnotes
  let at = 0;
  let heading = 0;
  let aside = 0;
  let inNote = 0;
  const end = () => {
    const kind = aside > 0 ? "aside" : heading > 0 ? "heading" : "text";
    for (const [text, ofKind] of [[pieces[0].join(""), kind], [pieces[1].join(" "), "aside"]]) {
      const words = plain(text);
      if (NOT_BLANK.test(words)) passages.push({ kind: ofKind, text: words });
    }
  };
  for (const tag of html.matchAll(WHOLE_TAG)) {
    pieces[inNote].push(html.slice(at, tag.index));
    at = tag.index + tag[0].length;
    const name = tag[2].toLowerCase();
    const step = tag[1] ? -1 : 1;
    if (name === "span") inNote = Number(step > 0 && tag[3].includes("data-footnote"));
    else if (name === "br") pieces[inNote].push("\n");
    else if (!INLINE.has(name)) {
      end();
      pieces = [[], []];
      inNote = 0;
      if (HEADINGS.has(name)) heading += step;
      if (ASIDE.has(name)) aside += step;
    }
  }
  pieces[inNote].push(html.slice(at));
  end();
  return passages;
}

/** One that keeps what it has counted: of a long text, one block changes while somebody types. */
export function reader(rules) {
  const pattern = Object.fromEntries(Object.entries(rules.patterns).map(([name, source]) => [name, new RegExp(source, "u")]));
  const all = (name) => new RegExp(rules.patterns[name], "gu");
  const [SPACES, WORD, MARKER, END] = ["space", "word", "marker", "end"].map(all);
  const CITED = new RegExp(`(?:${rules.patterns.marker})*`, "uy"); // “So it is.[2]”
  const NEXT = new RegExp(rules.patterns.next, "uy");
  const EDGES = new RegExp(`^${rules.patterns.space}|${rules.patterns.space}(?![\\s\\S])`, "gu");
  const ONLY_SPACE = new RegExp(`^(?:${rules.patterns.space})(?![\\s\\S])`, "u");
  const [fewer, more] = ["fewer", "more"].map((name) => rules.syllables[name].map((source) => new RegExp(source, "u")));
  const endings = rules.endings.map(([ending, instead]) => [new RegExp(ending, "u"), instead]);
  const exceptions = new Map(Object.entries(rules.syllables.exceptions));
  const [abbreviations, namedByLetter, common] = ["abbreviations", "named_by_letter", "common"].map((name) => new Set(rules[name]));

  const trimmed = (text) => text.replace(EDGES, "");
  const withoutMarkers = (text) => (text.includes("[") ? text.replace(MARKER, (marker) => " ".repeat(marker.length)) : text);
  const folded = (word) => word.toLowerCase().normalize("NFD").replace(/[^a-z]/g, "");

  function wordsIn(text) {
    return Array.from(withoutMarkers(text).matchAll(WORD), (match) => ({ start: match.index, end: match.index + match[0].length, text: match[0] }));
  }

  function sentencesOf(text) {
    const masked = withoutMarkers(text);
    const words = wordsIn(text);
    const found = [];
    let start = 0;
    let first = 0;
    let last = 0;
    const add = (end, until) => {
      if (until > first) found.push({ start, end, text: trimmed(text.slice(start, end)), words: words.slice(first, until) });
    };
    for (const match of masked.matchAll(END)) {
      while (last < words.length && words[last].end <= match.index) last++;
      const dot = match.index + match[0].length;
      if (!ends(masked, match, dot, words.slice(Math.max(first, last - 2), last))) continue;
      CITED.lastIndex = dot;
      const end = dot + CITED.exec(text)[0].length;
      add(end, last);
      [start, first] = [end, last];
    }
    add(text.length, words.length);
    return found;
  }

  /** `words` are the last two before the match. */
  function ends(masked, match, end, words) {
    NEXT.lastIndex = end;
    const after = end + NEXT.exec(masked)[0].length;
    const following = masked.slice(after, after + 1);
    if (!following || match[2]) return true;
    if (pattern.lower.test(following)) return false;
    const last = words.at(-1);
    return match[1] !== "." || !isShortForm(last?.end === match.index ? last.text : "", words.at(-2)?.text ?? "", following);
  }

  function isShortForm(word, before, following) {
    const low = word.toLowerCase();
    if (low === "no" || low === "nos") return following >= "0" && following <= "9";
    if (abbreviations.has(low)) return true;
    if (word.length === 1 && pattern.upper.test(word)) return !namedByLetter.has(before.toLowerCase()) && (!before || pattern.upper.test(before));
    return pattern.dotted.test(word) && low !== "a.m" && low !== "p.m";
  }

  const kept = (make) => {
    const known = new Map();
    return (word) => known.get(word) ?? (known.set(word, make(word)), known.get(word));
  };

  const syllables = kept((word) => word.split(pattern.joined).reduce((sum, part) => sum + ofPart(part), 0));

  function ofPart(part) {
    if (pattern.acronym.test(part)) {
      const letters = part.replace(/s+$/, "");
      return letters.length + 2 * (letters.split("W").length - 1);
    }
    let letters = folded(part).slice(0, rules.longest);
    if (exceptions.has(letters)) return exceptions.get(letters);
    letters = letters.replaceAll("eye", "ai");
    const groups = letters.match(/[aeiouy]+/g)?.length ?? 0;
    const found = (patterns) => patterns.filter((one) => one.test(letters)).length;
    return Math.max(1, groups - found(fewer) + found(more));
  }

  const stem = kept((word) => {
    let letters = folded(word.replace(/['’]s$/, ""));
    for (const [ending, instead] of endings) {
      const shorter = letters.replace(ending, instead);
      if (shorter.length > 2) letters = shorter;
    }
    return letters;
  });

  const underscores = (name) => name.split("_").length;
  const terms = new Map();
  for (const name of Object.keys(rules.terms).sort((a, b) => underscores(b) - underscores(a))) {
    const stems = name.split("_").map(stem);
    terms.set(stems[0], [...(terms.get(stems[0]) ?? []), { stems, name }]);
  }

  function termAt(text, words, at) {
    if (at && pattern.name.test(words[at].text)) return null;
    return terms.get(stem(words[at].text))?.find(({ stems }) => stems.every((one, n) => {
      const word = words[at + n];
      return word && stem(word.text) === one && (!n || ONLY_SPACE.test(text.slice(words[at + n - 1].end, word.start)));
    }));
  }

  function termsOf(text, words) {
    const found = [];
    for (let at = 0; at < words.length; at++) {
      const term = termAt(text, words, at);
      if (!term) continue;
      const start = words[at].start;
      at += term.stems.length - 1;
      const end = words[at].end;
      const isExplained = trimmed(text.slice(Math.max(0, start - 4), start)).endsWith("(") || trimmed(text.slice(end, end + 4)).startsWith("(");
      found.push({ start, end, name: term.name, found: text.slice(start, end).replace(SPACES, " "), isExplained });
    }
    return found;
  }

  function count(block) {
    const passages = passagesOf(block);
    const read = passages.filter(({ kind }) => kind === "text").map(({ text }) => [text, sentencesOf(text)]);
    const sentences = read.flatMap(([, ofPassage]) => ofPassage);
    const words = sentences.flatMap((sentence) => sentence.words.map((word) => word.text));
    return {
      all: words.length + passages.reduce((most, passage) => most + (passage.kind === "text" ? 0 : wordsIn(passage.text).length), 0),
      words: words.length,
      sentences: sentences.length,
      syllables: words.reduce((most, word) => most + syllables(word), 0),
      latin: words.filter((word) => pattern.latin.test(word)).length,
      common: words.filter((word) => common.has(word.toLowerCase())).length,
      long: sentences.filter((sentence) => sentence.words.length > rules.long).map(({ text }) => text.replace(SPACES, " ")),
      terms: read.flatMap(([text, ofPassage]) => ofPassage.flatMap((sentence) => termsOf(text, sentence.words))),
    };
  }

  let counted = new Map();

  function counts(html) {
    const before = counted;
    counted = new Map();
    return blocksOf(html).map((block) => {
      const row = counted.get(block) ?? before.get(block) ?? count(block);
      counted.set(block, row);
      return row;
    });
  }

  function whyNoGrade(words, sentences, latin, often) {
    if (words && (latin < rules.latin * words || (words >= rules.fewest && often < rules.often * words))) return "language";
    return words < rules.fewest || !sentences ? "short" : "";
  }

  function jargon(found) {
    const explained = new Set(found.filter((term) => term.isExplained).map((term) => term.name));
    const rows = new Map();
    for (const { name, found: words } of found) {
      if (!explained.has(name)) rows.set(name, [rows.get(name)?.[0] ?? words, rules.terms[name], (rows.get(name)?.[2] ?? 0) + 1]);
    }
    return [...rows.values()];
  }

  function measure(html) {
    const rows = counts(html);
    const [everything, words, sentences, spoken, latin, often] = ["all", "words", "sentences", "syllables", "latin", "common"].map((name) => sum(rows, name));
    const why = whyNoGrade(words, sentences, latin, often);
    const grade = 0.39 * (words / sentences) + 11.8 * (spoken / words) - 15.59;
    const ease = 206.835 - 1.015 * (words / sentences) - 84.6 * (spoken / words);
    return {
      words: everything,
      minutes: Math.max(1, rounded(everything / rules.pace, 1)),
      sentences,
      grade: why ? null : Math.max(0, rounded(grade, 10) / 10),
      ease: why ? null : rounded(ease, 1),
      why_not: why,
      long: rows.flatMap((row) => row.long),
      jargon: jargon(rows.flatMap((row) => row.terms)),
    };
  }

  /** Where in one passage's words the long sentences and the medical words are. */
  function marks(text) {
    return sentencesOf(text).flatMap((sentence) => {
      const start = sentence.words[0].start;
      const long = sentence.words.length > rules.long ? [{ kind: "long", start, end: sentence.end }] : [];
      return [...long, ...termsOf(text, sentence.words).map((term) => ({ kind: "term", plain: rules.terms[term.name], ...term }))];
    });
  }

  return { measure, marks, stem, syllables };
}
