/** The signals that stop a service or make it reload its configuration. */

export interface SignalActions {
  /** The first SIGTERM or SIGINT. */
  readonly end: (signal: 'SIGTERM' | 'SIGINT') => void;
  /** A further one: whoever sends it does not want to wait. */
  readonly hurry: () => void;
  /** SIGHUP. */
  readonly reload: () => void;
}

/** Listens for signals; returns the function that ends it. */
export function onSignals({ end, hurry, reload }: SignalActions): () => void {
  let ending = false;
  const onEnd = (signal: NodeJS.Signals) => {
    if (ending) return hurry();
    ending = true;
    end(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  };
  const onReload = () => reload();
  process.on('SIGTERM', onEnd).on('SIGINT', onEnd).on('SIGHUP', onReload);
  return () => {
    process.off('SIGTERM', onEnd).off('SIGINT', onEnd).off('SIGHUP', onReload);
  };
}
