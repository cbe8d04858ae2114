/**
 * Takes secrets out of what is kept for people. Used by pages and by Vigie: it depends on neither. Texts are a stranger's,
 * and may be long: each rule reads a text once. What a repetition takes never begins inside what another try of the
 * same rule has read, because the rule cannot begin there.
 */

const GONE = '[redacted]';
/** Parameters of URLs that are worth reading and say nothing secret; every other value goes. */
const HARMLESS = 'room|transport|v|lang';

const RULES: readonly (readonly [RegExp, string])[] = [
  // RFC 4568 section 4: SRTP keys in the clear.
  [/(a=crypto:\d+ [^\s"']+ )[^\r\n"'\\]+/g, `$1${GONE}`],
  // RFC 7519, RFC 7516: a token has three or five parts of base64url, the first of which begins a JSON object.
  [/(?<![\w-])eyJ[\w-]+(?:\.[\w-]*)+/g, GONE],
  [new RegExp(`([?&#](?!(?:${HARMLESS})=)[\\w.%~[\\]-]+=)[^&#\\s"'<>\\\\]+`, 'g'), `$1${GONE}`],
  [/(\/\/)[^/\s"'<>?#]+@/g, `$1${GONE}@`],
  // RFC 6120 section 6.4: what the parties of SASL say to each other in XMPP.
  [/(<(?:auth|response|challenge|success|initial-response)(?=[\s>])[^<>]*>)[^<>]+/g, `$1${GONE}`],
  [/(<[\w:.-]*(?:password|token|secret|credential|jwt)>)[^<>]+/gi, `$1${GONE}`],
  // RFC 4954 and RFC 9051: AUTH with its first answer. A server's list of mechanisms is none.
  [
    /\b(AUTH(?:ENTICATE)? {1,4}(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|SCRAM-[\w-]+|XOAUTH2|OAUTHBEARER|NTLM) {1,4})(?!(?:PLAIN|LOGIN|CRAM-|DIGEST-|SCRAM-|X?OAUTH|NTLM|GSSAPI|EXTERNAL|ANONYMOUS))[\w+/=]+/gi,
    `$1${GONE}`,
  ],
  // … and the answers to what the server asks then, each on a line of its own.
  [/(?<=^|\n)([^\r\n]{0,40}334[ -][^\r\n]*\r?\n[^\S\r\n]*(?:C: |> |-> )?)[^\r\n]+/g, `$1${GONE}`],
  [/(?<=^|\n)((?:C: |> |-> )?[A-Za-z]{0,4}\d{1,8} LOGIN )[^\r\n]+/g, `$1${GONE}`],
  [/\b(Bearer +)[\w.~+/=-]{8,}/gi, `$1${GONE}`],
  [/\b(Basic +)(?=[A-Za-z+/]*[\d=])[\w+/=]{6,}/gi, `$1${GONE}`],
  // The user name of a TURN server by the hour: when it ends, and for whom (draft-uberti-behave-turn-rest).
  [/(?<![\w.:])1[5-9]\d{8}:[A-Za-z][\w.@-]*/g, GONE],
  [/(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[^-]+/g, `$1${GONE}`],
  [/(?<![\w-])(?:(?:AKIA|ASIA)[A-Z\d]{16}|gh[pousr]_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,})/g, GONE],
  [/(?<![\w-])(--(?:password|token|secret) +)[^\s"']+/g, `$1${GONE}`],
];

/** A name and what stands between it and its value: in JSON, in JSON within JSON, in headers, forms, and attributes. */
const NAMED = /(?<![\w-])([\w-]+)(?:\\*["'])?\s{0,4}(?::|=>?|%3[AaDd])\s{0,4}(\\*["'])?/g;
/** Names end with these, hyphens and underscores aside. */
const SECRET =
  /(?:pass(?:word|wd|phrase|code)|pwd|secret|token|jwt|credentials?|authorization|cookies?|api-?key|private-?key|access-?key|session-?id|jsessionid|signature|username)$/;
/** Secret where a quoted text follows; otherwise an outcome, or a word of a sentence. */
const SECRET_QUOTED = /(?:^|[_-])(?:pass|auth|sid|key)$/;
/** Their values go to the end of the line. */
const WHOLE_LINE = /(?:authorization|cookies?)$/;
const LONGEST_NAME = 64;
/** What says that there is no secret. */
const NOTHING = /^(?:null|true|false|undefined|none|\[redacted\]?)$/i;

/** The text without passwords, keys, tokens, cookies, and values in URLs. */
export function redact(text: string): string {
  return RULES.reduce((left, [pattern, instead]) => left.replace(pattern, instead), withoutNamed(text));
}

/** The text without what stands under the names of secrets. */
function withoutNamed(text: string): string {
  const kept: string[] = [];
  let from = 0;
  NAMED.lastIndex = 0;
  for (let found = NAMED.exec(text); found; found = NAMED.exec(text)) {
    const name = plain(found[1]!);
    const quote = found[2];
    if (!SECRET.test(name) && !(quote && SECRET_QUOTED.test(name))) continue;
    const begin = NAMED.lastIndex;
    const end = quote ? closing(text, quote, begin) : endOfValue(text, begin, WHOLE_LINE.test(name));
    if (end > begin && !NOTHING.test(text.slice(begin, Math.min(end, begin + 16)))) {
      kept.push(text.slice(from, begin), GONE);
      from = end;
    }
    NAMED.lastIndex = Math.max(end, begin);
  }
  return from === 0 ? text : kept.join('') + text.slice(from);
}

/** A name as it is compared; the end of it says what it is. */
function plain(name: string): string {
  return name
    .slice(-LONGEST_NAME)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase()
    .replaceAll('_', '-');
}

/** Where a quoted value ends: at the same quote, escaped as often, and not once more. */
function closing(text: string, quote: string, begin: number): number {
  let at = text.indexOf(quote, begin);
  while (at > begin && text[at - 1] === '\\') at = text.indexOf(quote, at + 1);
  return at < 0 ? text.length : at;
}

const LINE = /[^\r\n\\]*/y;
const WORD = /(?:(?:Bearer|Basic|Digest) )?[^\s"'<>&,;})\]\\%|]*/y;

function endOfValue(text: string, begin: number, wholeLine: boolean): number {
  const pattern = wholeLine ? LINE : WORD;
  pattern.lastIndex = begin;
  return begin + (pattern.exec(text)?.[0].length ?? 0);
}

/** A copy of plain data: texts redacted, and without what stands under the names of secrets. */
export function redacted<Data>(data: Data): Data {
  return copyOf(data, false) as Data;
}

function copyOf(data: unknown, secret: boolean): unknown {
  if (typeof data === 'string') return secret && data !== '' ? GONE : redact(data);
  if (typeof data === 'number') return secret ? GONE : data;
  if (Array.isArray(data)) return data.map((item: unknown) => copyOf(item, secret));
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data).map(([name, value]: [string, unknown]) => {
    const known = plain(name);
    const its = SECRET.test(known) || (typeof value === 'string' && SECRET_QUOTED.test(known));
    return [name, copyOf(value, secret || its)] as const;
  });
  return Object.fromEntries(entries);
}

/** JSON of a value, redacted. */
export function redactedJson(value: unknown, space?: number): string {
  return JSON.stringify(redacted(value), null, space);
}
