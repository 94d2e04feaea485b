import type { IsPaused } from '../../shared/usecases/pause-reader.ts'

/** Nothing is paused: for tests that aren't about pauses. */
export const notPaused: IsPaused = async () => false
