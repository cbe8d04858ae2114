/**
 * Six configurations of a real Jitsi, as its Docker images, its Debian packages and the Nix module set it up: what `config.js` says,
 * and how the web server is laid out. Written from what those generate, for a deployment whose XMPP server, jicofo, bridge and TURN
 * server are the lab's.
 */

/** What the lab is, for those in front of it. */
export interface Behind {
  /** `host:port`, as participants reach the front. */
  readonly host: string;
  /** The lab's own web server, which leads to XMPP, jicofo and the library. */
  readonly lab: string;
  /** The XMPP domain. */
  readonly domain: string;
}

export interface Layout {
  readonly name: string;
  /** Where its differences come from. */
  readonly like: string;
  readonly config: (behind: Behind) => string;
  /** Lines of nginx's `server` beside the usual; `XMPP` is the lab. */
  readonly server: string;
  /** What is switched in the lab. */
  readonly faults: readonly string[];
  /** Lines of the XMPP server's configuration. */
  readonly prosody: string;
}

/** Only what a room's path is not: Jitsi's own expression. */
const NAME = String.raw`[^/?&:'\"]+`;

/** Everything below a first folder is the tenant's: its rooms, its config.js and its signaling. */
const TENANTS = `
location ~ "^/(${NAME})/config.js$" { set $subdomain "$1."; set $subdir "$1/"; rewrite ^ /config.js; }
location ~ "^/(${NAME})/(http-bind|xmpp-websocket|conference-request/v1)$" { set $prefix "$1"; rewrite ^/[^/]+/(.*)$ /$1; }
location ~ "^/(${NAME})/(.*)$" { set $subdomain "$1."; set $subdir "$1/"; rewrite ^/[^/]+/(.*)$ /$1; }`;

const SSI = 'ssi on; ssi_types application/javascript text/javascript;';

/** What the templates of Docker and of Debian begin with: the folder and the subdomain that the web server fills in. */
const FOLDER = `var subdir = '<!--# echo var="subdir" default="" -->';
var subdomain = '<!--# echo var="subdomain" default="" -->';
if (subdir.indexOf('<!--') === 0) subdir = '';
if (subdomain) subdomain = subdomain.slice(0, -1).split('.').join('_').toLowerCase() + '.';
`;

const FOCUS_JID = (domain: string) => `focus@auth.${domain}/focus`;

/** The container assembles its file step by step, and its XMPP domain is none of the DNS. */
const docker = ({ host, domain }: Behind, more: string): string => `// Jitsi Meet configuration.
var config = {};
if (!config.hasOwnProperty('hosts')) config.hosts = {};
config.hosts.domain = '${domain}';
config.focusUserJid = 'focus@auth.${domain}';
${FOLDER}config.hosts.muc = 'muc.' + subdomain + '${domain}';
config.bosh = '/' + subdir + 'http-bind';
${more.replaceAll('HOST', host)}
config.constraints = { video: { height: { ideal: 720, max: 720, min: 180 }, width: { ideal: 1280, max: 1280, min: 320 } } };
config.resolution = 720;
config.disableSimulcast = false;
config.startVideoMuted = 10; config.startAudioMuted = 10;
config.startWithAudioMuted = false; config.startSilent = false; config.startAudioOnly = false;
config.flags = { sourceNameSignaling: true, sendMultipleVideoStreams: true, receiveMultipleVideoStreams: true };
config.enableNoAudioDetection = true; config.enableNoisyMicDetection = true;
config.audioQuality = { stereo: false };
config.enableRemb = true; config.enableTcc = true; config.useIPv6 = true;
config.analytics = {}; config.deploymentInfo = {};
config.testing = { capScreenshareBitrate: 1 };
`;

const debian = ({ domain }: Behind, more: string): string => `${FOLDER}var config = {
  hosts: { domain: '${domain}', muc: 'muc.' + subdomain + '${domain}'GUESTS },
${more}
  testing: {}, flags: {},
  enableNoAudioDetection: true, enableNoisyMicDetection: true,
  channelLastN: -1, enableWelcomePage: true, enableUserRolesBasedOnToken: false,
  analytics: {}, mouseMoveCallbackInterval: 1000, makeJsonParserHappy: 'even if last key had a trailing comma'
};
`;

const STUN = "stunServers: [ { urls: 'stun:meet-jit-si-turnrelay.jitsi.net:443' } ]";

export const LAYOUTS: readonly Layout[] = [
  {
    name: 'docker',
    like: 'Docker images: WebSocket, direct connections, jicofo over XMPP',
    config: (behind) =>
      `${docker(behind, "config.websocket = 'wss://HOST/' + subdir + 'xmpp-websocket';")}
config.hosts.focus = '${FOCUS_JID(behind.domain)}';
config.p2p = { enabled: true };
`,
    server: `${SSI} charset utf8; add_header X-Content-Type-Options nosniff; add_header X-XSS-Protection "1; mode=block";
add_header Permissions-Policy "interest-cohort=()"; ${TENANTS}`,
    faults: [],
    prosody: '',
  },
  {
    name: 'docker-bosh',
    like: 'Docker images with ENABLE_XMPP_WEBSOCKET=0, ENABLE_P2P=0 and jicofo over HTTP',
    config: (behind) =>
      `${docker(behind, "config.conferenceRequestUrl = 'https://HOST/' + subdir + 'conference-request/v1';")}
config.p2p = { enabled: false };
`,
    server: `${SSI} charset utf8; add_header X-Content-Type-Options nosniff; ${TENANTS}`,
    faults: [],
    prosody: '',
  },
  {
    name: 'debian',
    like: 'Debian packages: WebSocket and BOSH, jicofo over HTTP, TURN over TCP alone, gzip and expiry',
    config: (behind) =>
      debian(
        behind,
        `  bosh: 'https://${behind.host}/' + subdir + 'http-bind',
  websocket: 'wss://${behind.host}/' + subdir + 'xmpp-websocket',
  conferenceRequestUrl: 'https://${behind.host}/' + subdir + 'conference-request/v1',
  p2p: { enabled: true, ${STUN} },`,
      ).replace('GUESTS', ''),
    server: `${SSI} gzip on; gzip_types text/plain application/javascript text/javascript; gzip_proxied any; gzip_min_length 512;
add_header Strict-Transport-Security "max-age=63072000"; ${TENANTS}`,
    faults: [],
    prosody: '',
  },
  {
    name: 'debian-guests',
    like: 'Debian packages as a secure domain: accounts, and guests in a domain of their own; no direct connections',
    config: (behind) =>
      debian(
        behind,
        `  bosh: '//${behind.host}/http-bind',
  websocket: 'wss://${behind.host}/xmpp-websocket',
  conferenceRequestUrl: 'https://${behind.host}/conference-request/v1',
  p2p: { enabled: false, ${STUN} },`,
      ).replace('GUESTS', `, anonymousdomain: 'guest.${behind.domain}', authdomain: '${behind.domain}'`),
    server: `${SSI} gzip on; gzip_types application/javascript; ${TENANTS}`,
    faults: ['auth-required'],
    prosody: 'VirtualHost "guest.DOMAIN"\n  authentication = "anonymous"\n  c2s_require_encryption = false\n',
  },
  {
    name: 'debian-upgraded',
    like: 'a config.js that upgrades have kept since 2020: BOSH alone, TURN over UDP, direct connections; a library of a year before',
    config: ({ host, domain }) => `/* eslint-disable no-unused-vars, no-var */
var config = {
  hosts: {
    domain: '${domain}',
    // Focus component domain. Defaults to focus.<domain>.
    focus: '${FOCUS_JID(domain)}',
    muc: 'muc.${domain}'
  },
  bosh: '//${host}/http-bind',
  clientNode: 'http://jitsi.org/jitsimeet',
  testing: { p2pTestMode: false },
  desktopSharingChromeExtId: null, desktopSharingChromeSources: [ 'screen', 'window', 'tab' ],
  openBridgeChannel: 'websocket', useStunTurn: true, useTurnUdp: true, useIPv6: false, useNicks: false,
  enableWelcomePage: true, enableNoAudioDetection: true, enableNoisyMicDetection: true,
  p2p: { enabled: true, useStunTurn: true, ${STUN}, preferH264: true },
  analytics: {}, deploymentInfo: {}
};
/* eslint-enable no-unused-vars, no-var */
`,
    server: `${SSI} error_page 404 /static/404.html;`,
    faults: ['release old'],
    prosody: '',
  },
  {
    name: 'nix',
    like: 'the Nix module: JSON, WebSocket, jicofo over XMPP; text after it that the operator adds',
    config: ({ host, domain }) => `var config = 
${JSON.stringify(
  {
    hosts: { domain, muc: `muc.${domain}`, focus: FOCUS_JID(domain) },
    bosh: `//${host}/http-bind`,
    websocket: `wss://${host}/xmpp-websocket`,
    ...{
      testing: {},
      flags: {},
      enableNoAudioDetection: true,
      enableNoisyMicDetection: true,
      channelLastN: -1,
    },
    ...{ fileRecordingsEnabled: true, liveStreamingEnabled: true, hiddenDomain: `recorder.${domain}` },
    p2p: { enabled: true, stunServers: [{ urls: 'stun:meet-jit-si-turnrelay.jitsi.net:443' }] },
    ...{ analytics: {}, deploymentInfo: {}, mouseMoveCallbackInterval: 1000 },
  },
  null,
  2,
)}
;
config.deploymentInfo.userRegion = 'eu';
`,
    server: 'ssi on;',
    faults: [],
    prosody: '',
  },
];
