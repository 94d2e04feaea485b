import { type Block, paragraph } from './document.ts'
import type { Writer } from './writer.ts'

/** UTF-16 units of a name in a subject. Two names and the longest text still fit the line that mail programs show. */
export const MAX_SUBJECT_NAME_LENGTH = 48
const MAX_FIRST_NAME_LENGTH = 60

export const greeting = ({ firstName }: { readonly firstName: string }, writer: Writer): Block =>
  paragraph(writer.texts.greeting(writer.name(firstName, MAX_FIRST_NAME_LENGTH)))
