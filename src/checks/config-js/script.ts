/** What surrounds `config.js` in the interpreter: as much of a browser as such files ask for, and what is read after it. */

/** What browsers have for addresses and their encodings, as far as such files use it; an interpreter alone has none of it. */
const ADDRESSES = `
(function () {
  var define = function (name, value) { globalThis[name] = value; };
  var decoded = function (text) { try { return decodeURIComponent(text.replace(/[+]/g, ' ')); } catch (_) { return text; } };
  define('URLSearchParams', function (init) {
    var pairs = String(init === undefined || init === null ? '' : init).replace(/^[?]/, '').split('&').filter(Boolean).map(function (pair) {
      var at = pair.indexOf('=');
      return at < 0 ? [decoded(pair), ''] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))];
    });
    var of = function (name) { return pairs.filter(function (pair) { return pair[0] === String(name); }); };
    this.get = function (name) { return of(name).length ? of(name)[0][1] : null; };
    this.getAll = function (name) { return of(name).map(function (pair) { return pair[1]; }); };
    this.has = function (name) { return of(name).length > 0; };
    this.append = function (name, value) { pairs.push([String(name), String(value)]); };
    this.delete = function (name) { pairs = pairs.filter(function (pair) { return pair[0] !== String(name); }); };
    this.set = function (name, value) { this.delete(name); this.append(name, value); };
    this.forEach = function (each) { pairs.forEach(function (pair) { each(pair[1], pair[0]); }); };
    this.entries = this[Symbol.iterator] = function () { return pairs[Symbol.iterator](); };
    this.keys = function () { return pairs.map(function (pair) { return pair[0]; })[Symbol.iterator](); };
    this.toString = function () {
      return pairs.map(function (pair) { return encodeURIComponent(pair[0]) + '=' + encodeURIComponent(pair[1]); }).join('&');
    };
  });
  var ABSOLUTE = /^([a-z][a-z0-9+.-]*:)[/][/]([^/?#]*)([^?#]*)([?][^#]*)?(#.*)?$/i;
  define('URL', function (text, base) {
    var address = String(text).trim();
    if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) {
      if (base === undefined) throw new TypeError('Invalid URL');
      var from = new URL(base);
      if (/^[/][/]/.test(address)) address = from.protocol + address;
      else if (/^[/]/.test(address)) address = from.origin + address;
      else if (/^[?]/.test(address)) address = from.origin + from.pathname + address;
      else address = from.origin + from.pathname.replace(/[^/]*$/, '') + address;
    }
    var parts = ABSOLUTE.exec(address);
    if (!parts || /[ <>^|]/.test(parts[2])) throw new TypeError('Invalid URL');
    var path = [];
    (parts[3] || '/').split('/').slice(1).forEach(function (one, index, all) {
      if (one === '..') path.pop();
      else if (one !== '.') path.push(one);
      if (index === all.length - 1 && (one === '.' || one === '..')) path.push('');
    });
    var host = parts[2].replace(/^.*@/, '').toLowerCase();
    this.protocol = parts[1].toLowerCase();
    this.host = this.protocol === 'https:' || this.protocol === 'wss:' ? host.replace(/:443$/, '') : host.replace(/:80$/, '');
    this.hostname = this.host.replace(/:[0-9]+$/, '');
    this.port = this.host.slice(this.hostname.length + 1);
    this.origin = this.protocol + '//' + this.host;
    this.pathname = '/' + path.join('/');
    this.search = parts[4] || ''; this.hash = parts[5] || '';
    this.username = ''; this.password = '';
    this.searchParams = new URLSearchParams(this.search);
    Object.defineProperty(this, 'href', { get: function () {
      var query = String(this.searchParams);
      return this.protocol + '//' + this.host + this.pathname + (query ? '?' + query : '') + this.hash;
    } });
    this.toString = this.toJSON = function () { return this.href; };
  });
  URL.canParse = function (text, base) { try { new URL(text, base); return true; } catch (_) { return false; } };
  var LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  define('btoa', function (text) {
    var out = '';
    for (var i = 0, s = String(text); i < s.length; i += 3) {
      var n = (s.charCodeAt(i) << 16) | ((s.charCodeAt(i + 1) || 0) << 8) | (s.charCodeAt(i + 2) || 0);
      out += LETTERS[(n >> 18) & 63] + LETTERS[(n >> 12) & 63] + (i + 1 < s.length ? LETTERS[(n >> 6) & 63] : '=') +
        (i + 2 < s.length ? LETTERS[n & 63] : '=');
    }
    return out;
  });
  define('atob', function (text) {
    var out = '', bits = 0, n = 0;
    String(text).replace(/[^A-Za-z0-9+/]/g, '').split('').forEach(function (letter) {
      n = ((n << 6) | LETTERS.indexOf(letter)) & 0xffffff; bits += 6;
      if (bits >= 8) { bits -= 8; out += String.fromCharCode((n >> bits) & 255); }
    });
    return out;
  });
})();`;

/**
 * A browser as `config.js` files look at it, for what page they are on and on what device: a desktop, nothing
 * stored, no parameters. `location` is declared before it.
 */
export const BROWSER = `${ADDRESSES}
(function () {
  var nothing = function () {};
  var none = function () { return null; };
  var storage = { getItem: none, setItem: nothing, removeItem: nothing, clear: nothing, length: 0, key: none };
  location.toString = function () { return location.href; };
  location.replace = location.assign = location.reload = nothing;
  var element = function () {
    return {
      style: {}, dataset: {}, classList: { add: nothing, remove: nothing, contains: nothing }, href: location.href, src: '',
      content: '', setAttribute: nothing, getAttribute: none, appendChild: nothing, insertBefore: nothing, remove: nothing,
      addEventListener: nothing, removeEventListener: nothing
    };
  };
  var never = function () { return { then: never, catch: never, finally: never }; };
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
    maxTouchPoints: 0, cookieEnabled: true, product: 'Gecko', hardwareConcurrency: 4,
    mediaDevices: { getSupportedConstraints: function () { return {}; }, enumerateDevices: never, getUserMedia: never }
  });
  define('document', {
    location: location, domain: location.hostname, URL: location.href, baseURI: location.href, cookie: '',
    referrer: '', title: '', readyState: 'loading', hidden: false, documentElement: element(), head: element(),
    body: element(), currentScript: Object.assign(element(), { src: new URL('config.js', location.href).href }),
    createElement: element, getElementById: none,
    querySelector: function (what) { return /^base\\b/.test(what) ? Object.assign(element(), { href: new URL('.', location.href).href }) : null; },
    querySelectorAll: function () { return []; }, getElementsByTagName: function () { return []; },
    addEventListener: nothing, removeEventListener: nothing, write: nothing
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
  define('removeEventListener', nothing);
  define('dispatchEvent', nothing);
  define('requestAnimationFrame', function () { return 0; });
  define('isSecureContext', /^https:/.test(location.href) || /^(localhost|127[.])/.test(location.hostname));
  define('performance', { now: function () { return 0; }, mark: nothing, timing: {} });
  define('crypto', {
    randomUUID: function () { return '00000000-0000-4000-8000-000000000000'; }, getRandomValues: function (bytes) { return bytes; }
  });
  // What is asked for over the network does not come: nothing that is read here waits for it.
  define('fetch', never);
  define('XMLHttpRequest', function () {
    this.open = this.send = this.setRequestHeader = this.addEventListener = this.overrideMimeType = this.abort = nothing;
    this.getResponseHeader = none; this.status = 0; this.readyState = 0; this.responseText = ''; this.response = null;
  });
  define('matchMedia', function () { return { matches: false, addListener: nothing, addEventListener: nothing }; });
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
    websocketKeepAliveUrl: text(config.websocketKeepAliveUrl),
    preferBosh: Boolean(config.preferBosh), p2p: p2p.enabled !== false,
    stun: stun.map(function (server) {
      return text(typeof server === 'object' && server !== null ? server.urls : server) || '';
    })
  });
})()`;
