import { handleToken, type TokenEvent } from './handler.ts'

export const handler = async (event: TokenEvent): Promise<TokenEvent> => handleToken(event)
