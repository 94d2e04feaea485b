import type { IsPaused } from '../../shared/usecases/pause-reader.ts'

/** For what isn't about pauses. */
export const notPaused: IsPaused = async () => false
