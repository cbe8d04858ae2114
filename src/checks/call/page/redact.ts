/** Takes secrets out of what is kept for people. Used by the page and by Vigie: it depends on neither. */

const GONE = '[redacted]';
/** Parameters of URLs that are worth reading and say nothing secret; every other value goes. */
const HARMLESS = 'room|transport|v|lang';

const RULES: readonly (readonly [RegExp, string])[] = [
  // RFC 8839 section 5.4: with the password, ICE checks of a session can be forged. The fragment is no secret.
  [/(a=ice-pwd:)[^\r\n"'\\]+/g, `$1${GONE}`],
  // RFC 4568 section 4: SRTP keys in the clear.
  [/(a=crypto:\d+ \S+ )[^\r\n"'\\]+/g, `$1${GONE}`],
  // RFC 7519: a token has three parts of base64url, the first of which begins a JSON object.
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]+)?/g, GONE],
  [new RegExp(`([?&#](?!(?:${HARMLESS})=)[\\w.%-]+=)[^&#\\s"'<>]+`, 'g'), `$1${GONE}`],
  [/(\/\/)[^/\s@"']+@/g, `$1${GONE}@`],
  [
    /\b((?:credential|password|passwd|pwd|secret|token|jwt|authorization)["']?\s*[:=]\s*["']?)(?:Bearer |Basic )?[^\s"'<>&,;}]+/gi,
    `$1${GONE}`,
  ],
];

/** The text without passwords of ICE and TURN, keys, tokens, and values in URLs. */
export function redact(text: string): string {
  return RULES.reduce((left, [pattern, instead]) => left.replace(pattern, instead), text);
}

const SECRET_KEYS = new Set([
  'credential',
  'username',
  'password',
  'usernamefragmentpassword',
  'token',
  'jwt',
]);

/** JSON of a value: texts redacted, and what stands under the names of secrets (TURN's user names are half of one). */
export function redactedJson(value: unknown, space?: number): string {
  return JSON.stringify(
    value,
    (key, part: unknown) => {
      if (SECRET_KEYS.has(key.toLowerCase()) && typeof part === 'string') return GONE;
      return typeof part === 'string' ? redact(part) : part;
    },
    space,
  );
}
