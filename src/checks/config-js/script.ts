/** What surrounds `config.js` in the interpreter: as much of a browser as such files ask for, and what is read after it. */

/**
 * A browser as `config.js` files look at it, for what page they are on and on what device: a desktop, nothing
 * stored, no parameters. `location` is declared before it.
 */
export const BROWSER = `
(function () {
  var nothing = function () {};
  var none = function () { return null; };
  var storage = { getItem: none, setItem: nothing, removeItem: nothing, clear: nothing, length: 0, key: none };
  location.toString = function () { return location.href; };
  location.replace = location.assign = location.reload = nothing;
  var element = function () {
    return { style: {}, setAttribute: nothing, getAttribute: none, appendChild: nothing, addEventListener: nothing };
  };
  var define = function (name, value) { globalThis[name] = value; };
  define('window', globalThis);
  define('self', globalThis);
  define('top', globalThis);
  define('parent', globalThis);
  define('name', '');
  define('localStorage', storage);
  define('sessionStorage', storage);
  define('console', { log: nothing, info: nothing, warn: nothing, error: nothing, debug: nothing });
  define('navigator', {
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    platform: 'Linux x86_64', language: 'en', languages: ['en'], vendor: 'Google Inc.', onLine: true,
    maxTouchPoints: 0, cookieEnabled: true
  });
  define('document', {
    location: location, domain: location.hostname, URL: location.href, baseURI: location.href, cookie: '',
    referrer: '', title: '', readyState: 'loading', hidden: false, documentElement: element(), head: element(),
    body: element(), currentScript: null, createElement: element, getElementById: none, querySelector: none,
    querySelectorAll: function () { return []; }, getElementsByTagName: function () { return []; },
    addEventListener: nothing, write: nothing
  });
  define('screen', { width: 1920, height: 1080, availWidth: 1920, availHeight: 1080 });
  define('innerWidth', 1920);
  define('innerHeight', 1080);
  define('devicePixelRatio', 1);
  define('setTimeout', function () { return 0; });
  define('setInterval', function () { return 0; });
  define('clearTimeout', nothing);
  define('clearInterval', nothing);
  define('addEventListener', nothing);
  define('matchMedia', function () { return { matches: false, addListener: nothing, addEventListener: nothing }; });
  define('URLSearchParams', function () {
    this.get = none; this.getAll = function () { return []; }; this.has = function () { return false; };
    this.toString = function () { return ''; };
  });
})();`;

/** Reads what is needed of \`config\`, as JSON. Values of another type than expected count as not there. */
export const PICK = `
(function () {
  if (typeof config !== 'object' || config === null) return null;
  var text = function (value) { return typeof value === 'string' && value.length < 2000 ? value : undefined; };
  var hosts = typeof config.hosts === 'object' && config.hosts !== null ? config.hosts : {};
  var p2p = typeof config.p2p === 'object' && config.p2p !== null ? config.p2p : {};
  var stun = Array.isArray(p2p.stunServers) ? p2p.stunServers.slice(0, 10) : [];
  return JSON.stringify({
    domain: text(hosts.domain), anonymousdomain: text(hosts.anonymousdomain), muc: text(hosts.muc),
    focus: text(hosts.focus), bosh: text(config.bosh), websocket: text(config.websocket),
    serviceUrl: text(config.serviceUrl), conferenceRequestUrl: text(config.conferenceRequestUrl),
    preferBosh: Boolean(config.preferBosh), p2p: p2p.enabled !== false,
    stun: stun.map(function (server) {
      return text(typeof server === 'object' && server !== null ? server.urls : server) || '';
    })
  });
})()`;
