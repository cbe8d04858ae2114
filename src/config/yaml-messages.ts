/** The YAML parser's complaints in other words, without the text that they quote: it may hold a secret. */
import type { ErrorCode } from 'yaml';

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias ("*name") cannot have an anchor or a tag',
  BAD_ALIAS: 'this is not the name of an alias; a value that begins with "*" needs quotes',
  BAD_DIRECTIVE: 'this directive is not known; expected none, or "%YAML 1.2"',
  BAD_DQ_ESCAPE:
    'this escape is not known in double quotes; write "\\\\" for a backslash, or use single quotes',
  BAD_INDENT: 'the indentation is wrong, or a "]" or "}" is missing before here',
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'two keys in one line; a value that contains ": " needs quotes',
  BLOCK_IN_FLOW: 'inside "[…]" and "{…}", expected values separated by commas',
  DUPLICATE_KEY: 'this key was already set',
  MISSING_CHAR: 'a closing quote, bracket, brace, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key cannot go over several lines; is a colon missing before here?',
  MULTIPLE_DOCS: 'a second document begins here ("---"); expected one',
  TAB_AS_INDENT: 'a tab is used for indentation; expected spaces',
  TAG_RESOLVE_FAILED: 'this tag ("!…") is not known; a value that begins with "!" needs quotes',
  UNEXPECTED_TOKEN:
    'unexpected here; is the indentation of this line right, and are quotes closed before it?',
};

/** What is wrong with the notation, for people. */
export function yamlMessage(code: ErrorCode): string {
  return `not valid YAML: ${MESSAGES[code] ?? 'the notation is wrong here'}`;
}
