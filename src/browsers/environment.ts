/** What of Vigie's environment a child process is given: nothing that could be a secret. */

/** Where programs and time zones are, the language, and the way out of this network. */
const PASSED = [
  'PATH',
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TZDIR',
  'LD_LIBRARY_PATH',
  'FONTCONFIG_FILE',
  'FONTCONFIG_PATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
];

/** The environment for a program that keeps everything of its own in this directory. */
export function environmentFor(
  directory: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const passed = PASSED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    HOME: directory,
    // Without a configured place for sockets and caches, the browser makes directories of its own in /tmp, and leaves them.
    TMPDIR: directory,
    XDG_RUNTIME_DIR: directory,
    PULSE_RUNTIME_PATH: directory,
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    ...more,
  };
}
