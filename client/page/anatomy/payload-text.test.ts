import { describe, expect, it } from 'vitest';
import { characterLabels, meaningOf, textOf } from './payload-text.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('a payload', () => {
  it('shows each character at its first byte', () => {
    expect(characterLabels(utf8('aé€😀'))).toEqual(['a', 'é', '⋯', '€', '⋯', '⋯', '😀', '⋯', '⋯', '⋯']);
  });

  it('shows what can’t be seen', () => {
    expect(characterLabels(utf8('\0\n \x7f'))).toEqual(['␀', '␊', '␠', '␡']);
  });

  it('shows bytes that are no UTF-8, one by one', () => {
    expect(characterLabels(Uint8Array.of(0xff, 0x80, 0xc3, 0x41, 0xe2, 0x82))).toEqual(['�', '�', '�', 'A', '�', '�']);
  });

  it('leaves out a character that is cut off, unless there is nothing more', () => {
    expect(textOf(utf8('a€').subarray(0, 3), false)).toBe('a');
    expect(textOf(utf8('a€').subarray(0, 3), true)).toBe('a\ufffd');
  });

  it('means a code and a reason in a close frame, text in a text, and bytes elsewhere', () => {
    expect(meaningOf(0x8, Uint8Array.of(0x03, 0xe9, 0x62, 0x79, 0x65), true).text).toBe('1001 bye');
    expect(meaningOf(0x8, Uint8Array.of(0x03, 0xe8), true).text).toBe('1000, without a reason');
    expect(meaningOf(0x1, utf8('é'), true).text).toBe('é');
    expect(meaningOf(0x9, Uint8Array.of(1, 255), true).text).toBe('01 ff');
  });
});
