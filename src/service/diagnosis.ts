/** What a fact of the doctor means: how bad it is, in a sentence, and what to do. */
import type { Fact } from './doctor.ts';
import {
  megabytes,
  type Obstacle,
  openFilesObstacle,
  processesObstacle,
  sharedMemoryObstacle,
  temporaryObstacle,
} from './machine.ts';

/** `problem`: some checks cannot run like this. `warning`: they can, with a loss. */
export type State = 'ok' | 'warning' | 'problem';

export interface Diagnosis {
  readonly state: State;
  /** What was found. */
  readonly text: string;
  /** What to do; null where all is well. */
  readonly advice: string | null;
}

const PACKAGES = { chromium: 'chromium-headless-shell', firefox: 'firefox-esr' } as const;

const ok = (text: string): Diagnosis => ({ state: 'ok', text, advice: null });
const warning = (text: string, advice: string): Diagnosis => ({ state: 'warning', text, advice });
const problem = (text: string, advice: string): Diagnosis => ({ state: 'problem', text, advice });

/** What is to be said of a fact. */
export function diagnose(fact: Fact): Diagnosis {
  switch (fact.id) {
    case 'vigie':
      return ok(`${fact.version}, Node ${fact.node}, ${fact.system}`);
    case 'browser':
      return browser(fact);
    case 'sound':
      return sound(fact);
    case 'sandbox':
      return sandbox(fact);
    case 'shared-memory':
      return limited(
        fact.free === null ? 'no limit found' : `${megabytes(fact.free)} free in ${fact.directory}`,
        sharedMemoryObstacle(fact.free),
      );
    case 'temporary':
      return limited(
        fact.free === null ? fact.directory : `${megabytes(fact.free)} free in ${fact.directory}`,
        temporaryObstacle(fact),
      );
    case 'open-files':
      return limited(
        fact.limit === null ? 'no limit found' : `at most ${fact.limit}`,
        openFilesObstacle(fact.limit),
      );
    case 'processes':
      return limited(
        fact.limit === null ? 'no limit found' : `at most ${fact.limit}`,
        processesObstacle(fact.limit),
      );
    case 'clock':
      return clock(fact);
    case 'dns':
      return dns(fact);
    case 'proxy':
      return warning(
        `${fact.variables.join(', ')} ${fact.variables.length === 1 ? 'is' : 'are'} set`,
        'Only the pages of browsers would use this proxy: what Vigie asks itself, DNS, mail and media go out directly. Let this machine reach the deployment directly (TCP 443, UDP to the videobridge), and start Vigie without these variables.',
      );
  }
}

function limited(text: string, obstacle: Obstacle | null): Diagnosis {
  if (obstacle === null) return ok(text);
  return { state: obstacle.fatal ? 'problem' : 'warning', text, advice: obstacle.text };
}

function browser({ browser: name, program, version }: Extract<Fact, { id: 'browser' }>): Diagnosis {
  if (program === null) {
    const advice = `Install it (Debian: apt-get install ${PACKAGES[name]}) or name its program in VIGIE_${name.toUpperCase()}.`;
    return name === 'chromium'
      ? problem('missing; calls cannot be placed', advice)
      : warning('missing; calls with Firefox cannot be placed', advice);
  }
  if (version !== null) return ok(`${version}, ${program}`);
  return problem(
    `${program} does not start`,
    `Run "${program} --version" as this user and see what it reports.`,
  );
}

function sound({ program, needed }: Extract<Fact, { id: 'sound' }>): Diagnosis {
  if (program !== null) return ok(program);
  if (!needed) return ok('PulseAudio is missing; only Firefox needs it');
  return problem(
    'PulseAudio is missing; Firefox has no sound without it',
    'Install it (Debian: apt-get install pulseaudio).',
  );
}

function sandbox({ state }: Extract<Fact, { id: 'sandbox' }>): Diagnosis {
  if (state === 'works') return ok('browsers run in their own sandbox');
  if (state === 'as-root') {
    return warning(
      'browsers run as root, without their own sandbox',
      'Run Vigie as a user without privileges, or let the account "nobody" read the browsers and the directory for temporary files.',
    );
  }
  return warning(
    'the kernel does not let this user make namespaces, so browsers run without their own sandbox',
    'Allow user namespaces: "sysctl kernel.unprivileged_userns_clone=1" on Debian, an AppArmor profile on Ubuntu 24.04, a seccomp profile that allows unshare and clone ("--security-opt seccomp=FILE") for docker run. Without it, a deployment that takes over a browser has the rights of this user.',
  );
}

function clock({ now, synchronised }: Extract<Fact, { id: 'clock' }>): Diagnosis {
  if (synchronised === false) {
    return warning(
      `${now}, not synchronised`,
      'Start an NTP client, such as systemd-timesyncd: certificates, signatures and latencies between machines are judged by this clock.',
    );
  }
  return ok(
    synchronised ? `${now}, synchronised` : `${now}; nothing here reports whether it is synchronised`,
  );
}

function dns({ servers, fault }: Extract<Fact, { id: 'dns' }>): Diagnosis {
  const asked = servers.join(', ') || 'no name server';
  if (fault === null) return ok(`${asked} answers`);
  return warning(
    `${asked}: no answer about the root (${fault})`,
    'See /etc/resolv.conf. Mail and zone checks need a resolver that answers for the whole internet; name another one in their key "resolver".',
  );
}
