/** What the SDK threw: status and S3's code. */
export async function refusal(sent: Promise<unknown>): Promise<{ status: number | undefined; name: string }> {
  try {
    await sent;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { status: $metadata?.httpStatusCode, name };
  }
  throw new Error('it was not refused');
}
