/** The order in which vitest starts test files. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Of what runs side by side, the file of each lab begins first: it takes longest, and all others fit in beside it. */
export class LabsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    const later = ({ moduleId }: TestSpecification) =>
      /lab[^/]*\.services\.test\.ts$/.test(moduleId) ? 0 : 1;
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => group(a) - group(b) || later(a) - later(b));
  }
}
