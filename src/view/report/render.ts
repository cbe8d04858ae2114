/** The report of a run for whoever keeps its evidence, drawn by code that is loaded when there is something to draw. */
import type { RenderReport } from '../../history/evidence.ts';

export const renderReport: RenderReport = async (source) => (await import('./page.ts')).renderRun(source);

/** The same with links to the runbooks of a service at this address. */
export const renderReportFor =
  (publicUrl: string | null): RenderReport =>
  async (source) =>
    (await import('./page.ts')).renderRun(source, publicUrl);
