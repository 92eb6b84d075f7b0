/** Asks a service until it says that it is ready; false when it has ended or takes longer than ten seconds. */
export async function becomesReady(url: string, hasEnded: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 200 && !hasEnded(); turn++) {
    const isReady = await fetch(url).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isReady) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
