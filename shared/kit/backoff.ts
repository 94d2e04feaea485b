const BASE_MS = 20
const CAP_MS = 1_000

/** Waits before the `attempt`th try (from 1), twice as long each time. */
export const backoff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(CAP_MS, BASE_MS * 2 ** attempt)))
