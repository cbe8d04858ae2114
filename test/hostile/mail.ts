/** A relay and a mailbox on the loopback that do to Vigie what hostile ones do. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** What a hostile server says on a new connection, and from then on. */
export type Attack = (socket: Socket) => void;

export interface HostileServer extends AsyncDisposable {
  readonly port: number;
}

const CHUNK = 'x'.repeat(65_536);

/** Writes the same again and again, as fast as it is taken. */
function flood(socket: Socket, text: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', more);
  more();
}

function drip(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 100);
  socket.on('close', () => clearInterval(timer));
}

/** Answers each line with what the function says. */
function answering(greeting: string, answer: (line: string, socket: Socket) => string | null): Attack {
  return (socket) => {
    socket.write(greeting);
    let rest = '';
    socket.on('data', (data: Buffer) => {
      const lines = (rest + data.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const said = answer(line, socket);
        if (said !== null && !socket.destroyed) socket.write(said);
      }
    });
  };
}

const EHLO = '250-localhost\r\n250 STARTTLS\r\n';

/** Of the relay, by what it does, with the finding that is right. */
export const HOSTILE_RELAYS: Readonly<Record<string, { attack: Attack; finding: string }>> = {
  'says nothing': { attack: () => {}, finding: 'relay-silent' },
  'sends a banner without end': { attack: (socket) => flood(socket, CHUNK), finding: 'relay-' },
  'sends a banner of lines without end': {
    attack: (socket) => flood(socket, '220-x\r\n'.repeat(1000)),
    finding: 'relay-',
  },
  'drips a banner without end': { attack: (socket) => drip(socket, '220-x\r\n'), finding: 'relay-silent' },
  'answers EHLO without end': {
    attack: answering('220 x\r\n', (_line, socket) => {
      flood(socket, '250-x\r\n'.repeat(1000));
      return null;
    }),
    finding: 'relay-',
  },
  'answers STARTTLS with garbage': {
    attack: answering('220 x\r\n', (line) =>
      line.startsWith('EHLO') ? EHLO : `220 go\r\n${'\0garbage'.repeat(50)}`,
    ),
    finding: 'relay-tls',
  },
  'closes in the handshake': {
    attack: answering('220 x\r\n', (line, socket) => {
      if (line.startsWith('EHLO')) return EHLO;
      socket.end('220 go\r\n');
      return null;
    }),
    finding: 'relay-tls',
  },
  'never ends the handshake': {
    attack: answering('220 x\r\n', (line) =>
      line.startsWith('EHLO') ? EHLO : line === 'STARTTLS' ? '220 go\r\n' : null,
    ),
    finding: 'relay-tls',
  },
  'sends escape sequences': {
    attack: (socket) => socket.end('554 \x1b]0;owned\x07\x1b[2J no\r\n'),
    finding: 'relay-',
  },
  'resets at once': { attack: (socket) => socket.resetAndDestroy(), finding: 'relay-' },
};

const READY = '* OK IMAP4rev1\r\n';
const CAPABILITY = '* CAPABILITY IMAP4rev1 UIDPLUS\r\n';

/** A mailbox that works up to a command, and then does something else. */
function mailbox(hostile: string, attack: (tag: string, socket: Socket) => string | null): Attack {
  return answering(READY, (line, socket) => {
    const [tag = '', command = ''] = line.split(' ');
    const name =
      command.toUpperCase() === 'UID' ? (line.split(' ')[2] ?? '').toUpperCase() : command.toUpperCase();
    if (name === hostile) return attack(tag, socket);
    const said: Readonly<Record<string, string>> = {
      CAPABILITY,
      SELECT: '* FLAGS ()\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 2] x\r\n',
      LIST: '* LIST () "/" INBOX\r\n',
      SEARCH: '* SEARCH\r\n',
    };
    return `${said[name] ?? ''}${tag} OK done\r\n`;
  });
}

/** Of the mailbox, by what it does; what is right is always a finding on the mailbox, and an error. */
export const HOSTILE_MAILBOXES: Readonly<Record<string, Attack>> = {
  'says nothing': () => {},
  'sends a greeting without end': (socket) => flood(socket, CHUNK),
  'drips untagged lines instead of an answer to LOGIN': mailbox('LOGIN', (_tag, socket) => {
    drip(socket, '* OK still here\r\n');
    return null;
  }),
  'announces a literal of 2 GB': mailbox('SELECT', (_tag, socket) => {
    socket.write('* 1 FETCH (BODY[] {2000000000}\r\n');
    flood(socket, CHUNK);
    return null;
  }),
  'sends responses without end': mailbox('SELECT', (_tag, socket) => {
    flood(socket, '* 1 EXISTS\r\n'.repeat(1000));
    return null;
  }),
  'never answers a search': mailbox('SEARCH', () => null),
  'drips untagged lines instead of an answer to NOOP': mailbox('NOOP', (_tag, socket) => {
    drip(socket, '* OK still here\r\n');
    return null;
  }),
  'hangs once it is watched': mailbox('NOOP', () => null),
  'sends another tag': mailbox('SELECT', () => 'ZZ OK\r\n'),
  'closes at the search': mailbox('SEARCH', (_tag, socket) => {
    socket.destroy();
    return null;
  }),
};

/** Of a mailbox that exaggerates, but works. */
export const TOLERATED_MAILBOXES: Readonly<Record<string, Attack>> = {
  'nests lists deeply': mailbox('SEARCH', (tag) => `* SEARCH ${'('.repeat(100_000)}\r\n${tag} OK\r\n`),
  'finds a hundred thousand messages': mailbox('SEARCH', (tag) => {
    const all = Array.from({ length: 100_000 }, (_, n) => n + 1).join(' ');
    return `* SEARCH ${all}\r\n${tag} OK\r\n`;
  }),
};

/** Starts a hostile server; with a key and a certificate it encrypts from the start. */
export async function startHostile(
  attack: Attack,
  tls: { key: Buffer; cert: Buffer; minVersion?: 'TLSv1.3'; ciphers?: string } | null = null,
): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const take = (socket: Socket) => {
    socket.on('error', () => {});
    attack(socket);
  };
  const server = tls ? createTlsServer(tls, take) : createServer(take);
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
