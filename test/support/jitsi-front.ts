/** The web front of a Jitsi as far as a check looks before anything is started: page, configuration, library. */
import type { RequestListener } from 'node:http';

const CONFIG =
  "var config = { hosts: { domain: 'meet.test', muc: 'conference.meet.test' }, bosh: '/http-bind' };";
const PAGE =
  '<!doctype html><title>Jitsi Meet</title><script src="config.js"></script><script src="libs/lib-jitsi-meet.min.js"></script>';

export const jitsiFront: RequestListener = ({ url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://front.test');
  if (pathname.endsWith('.js')) {
    response.setHeader('content-type', 'text/javascript');
    response.end(pathname.endsWith('config.js') ? CONFIG : 'window.JitsiMeetJS = {};');
  } else response.setHeader('content-type', 'text/html').end(PAGE);
};
