/** Writes files of one format, each valid, each of exactly the size asked for. */
export type FileFormat = {
  /** The smallest file this format can be, in bytes. */
  readonly smallest: number;
  /**
   * @param size in bytes, at least {@link smallest}
   * @param token 36 characters, in the form of a UUID, that make this file differ from all others
   */
  readonly write: (size: number, token: string) => Buffer;
};

/** As long as every real token, for measuring. */
export const ANY_TOKEN = '00000000-0000-4000-a000-000000000000';

/** A format whose size is that of its fixed parts plus that of its filler, byte for byte. */
export function paddedFormat(write: (padding: number, token: string) => Buffer): FileFormat {
  const smallest = write(0, ANY_TOKEN).length;
  return { smallest, write: (size, token) => write(size - smallest, token) };
}
