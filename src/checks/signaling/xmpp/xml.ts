/** XML of a stranger's, as a small tree. */
import { SaxesParser } from 'saxes';
import { ProtocolError, type Reason, type XmlFault } from '../reasons.ts';

/** An element with its namespace resolved. */
export interface Element {
  /** Local name. */
  readonly name: string;
  /** Namespace; empty where there is none. */
  readonly ns: string;
  /** Attributes without a prefix. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** The text directly in it. */
  readonly text: string;
}

/** What was sent is not what XMPP allows. */
export class XmlError extends ProtocolError {
  readonly fault: XmlFault;
  constructor(fault: XmlFault) {
    super(xmlReason(fault, false));
    this.fault = fault;
  }
}

/** @param bosh it is what BOSH answered */
export function xmlReason(fault: XmlFault, bosh: boolean): Reason {
  return { kind: 'xml', fault, kilobytes: MAX_CHARS / 1000, bosh };
}

/** More than this is no stanza that is asked for here. */
export const MAX_CHARS = 256_000;
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 5000;

interface Open {
  readonly name: string;
  readonly ns: string;
  readonly attributes: Record<string, string>;
  readonly children: Open[];
  text: string;
}

/**
 * Reads one whole document: a WebSocket message (RFC 7395 3.3) or the body of a BOSH answer. Comments, processing
 * instructions and document types are refused, as RFC 6120 11.1 demands, so that no entity can be declared.
 *
 * @throws {XmlError}
 */
export function parseXml(text: string): Element {
  if (text.length > MAX_CHARS) throw new XmlError('too-large');
  const parser = new SaxesParser({ xmlns: true });
  const open: Open[] = [];
  let root: Open | null = null;
  let elements = 0;
  const refuse = (fault: XmlFault) => () => {
    throw new XmlError(fault);
  };
  parser.on('error', () => {
    throw new XmlError('malformed');
  });
  parser.on('comment', refuse('comment'));
  parser.on('processinginstruction', refuse('processing-instruction'));
  parser.on('doctype', refuse('document-type'));
  parser.on('opentag', ({ local, uri, attributes }) => {
    elements += 1;
    if (open.length >= MAX_DEPTH || elements > MAX_ELEMENTS) throw new XmlError('too-deep');
    const element: Open = { name: local, ns: uri, attributes: {}, children: [], text: '' };
    for (const { prefix, local: name, value } of Object.values(attributes)) {
      if (prefix === '') element.attributes[name] = value;
    }
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const add = (more: string) => {
    const current = open.at(-1);
    if (current) current.text += more;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.write(text).close();
  if (root === null) throw new XmlError('empty');
  return root;
}

/** The first child of this name and namespace. */
export function child(element: Element, name: string, ns?: string): Element | undefined {
  return element.children.find((one) => one.name === name && (ns === undefined || one.ns === ns));
}
