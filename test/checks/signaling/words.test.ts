/** Every cause of a signaling check, and every reason and remark, in every language. */
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/base/language.ts';
import type { CauseSchemas } from '../../../src/checks/causes.ts';
import { sentence } from '../../../src/checks/sentence.ts';
import { signalingCauses } from '../../../src/checks/signaling/causes.ts';
import { reason } from '../../../src/checks/signaling/reasons.ts';
import { remark } from '../../../src/checks/signaling/remarks.ts';
import { signalingWords } from '../../../src/checks/signaling/words/index.ts';
import { webWords } from '../../../src/checks/web/words/index.ts';
import { CERTIFICATE_FAULTS, certificateWords } from '../../../src/net/certificate-faults.ts';
import { FAILURES } from '../../../src/net/failure.ts';
import { causes, failure, reasons, remarks } from '../../support/signaling/causes.ts';

const MISSING = /undefined|\bnull\b|NaN|\[object|\{|\}/;
const kindsOf = (schema: { readonly options: readonly { readonly shape: { readonly kind: unknown } }[] }) =>
  schema.options.flatMap(({ shape }) => [...(shape.kind as { readonly values: Set<string> }).values]);

describe('the words of a signaling check', () => {
  it('have a sentence for every cause, and these are all causes, as their schemas have them', () => {
    expect(new Set(causes.map(({ id }) => id))).toEqual(new Set(Object.keys(signalingCauses)));
    const schemas: CauseSchemas = signalingCauses;
    for (const { id, ...carried } of causes) expect(schemas[id]!.parse(carried)).toEqual(carried);
  });

  it('have a clause for every reason and remark, and these are all', () => {
    expect(new Set(reasons.map(({ kind }) => kind))).toEqual(new Set(kindsOf(reason)));
    for (const one of reasons) expect(reason.parse(one)).toEqual(one);
    expect(new Set([...remarks.map(({ kind }) => kind), 'finding'])).toEqual(new Set(kindsOf(remark)));
    for (const one of remarks) expect(remark.parse(one)).toEqual(one);
  });

  it.each(LANGUAGES)('are whole in %s', (language) => {
    for (const cause of causes) {
      const text = sentence('signaling', cause, language);
      expect(text).toMatch(/[.?]$/);
      expect(text).not.toMatch(MISSING);
    }
    const { reason: because, remark: remarked } = signalingWords[language];
    for (const text of [...reasons.map(because), ...remarks.map(remarked)]) {
      expect(text).not.toBe('');
      expect(text).not.toMatch(/[.]$/);
      expect(text).not.toMatch(MISSING);
    }
    for (const kind of FAILURES)
      expect(webWords[language].failure(failure(kind))).toContain('meet.example.org');
    for (const fault of CERTIFICATE_FAULTS) {
      expect(certificateWords[language][fault]('CODE')).not.toMatch(MISSING);
    }
  });

  it('differ in each language', () => {
    for (const cause of causes) {
      expect(sentence('signaling', cause, 'fr')).not.toBe(sentence('signaling', cause, 'en'));
    }
  });
});
