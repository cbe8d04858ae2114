/** Content-Transfer-Encoding (RFC 2045 6): from what a message carries to bytes. */

/** The bytes of a part; as they are where its encoding is none. */
export function decoded(content: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(content.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return quotedPrintable(content.toString('latin1'));
  return content;
}

function quotedPrintable(text: string): Buffer {
  const unfolded = text.replace(/=[ \t]*\r?\n/g, '');
  const bytes = unfolded.replace(/=([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}
