import type { Decider, ContentLossReason, DecisionKind } from '../rules/types.ts'
import { html } from '../mail/line.ts'
import { plainSender, type Sender } from '../mail/sender.ts'
import { claimWords, type Writer, writerFor } from '../mail/writer.ts'
import { h1, paragraphHtml } from './page.ts'
import { productPage } from './product-page.ts'
import { pageTexts } from './texts/all.ts'

export interface DecidedPageModel {
  readonly organizationName: string
  readonly address: string
  readonly locale: string
  /** N5. */
  readonly sender?: Sender | undefined
  readonly decision: DecisionKind
  /** The original account's new address after `change_email`; only shown to whoever has just confirmed it. */
  readonly newEmail?: string | undefined
}

export interface AlreadyDecidedPageModel {
  readonly organizationName: string
  readonly address: string
  readonly locale: string
  /** N5. */
  readonly sender?: Sender | undefined
  readonly contentLoss?: ContentLossReason | undefined
  /** The decision that was made (U5). */
  readonly decision: { readonly kind: DecisionKind; readonly at: string; readonly by: Decider }
}

/** The page shown right after a decision: what was chosen, and what happens next. */
export function renderDecidedPage(model: DecidedPageModel): string {
  const sender = model.sender ?? plainSender
  const writer = writerFor(model.locale, sender.timeZone)
  const { decision: texts } = writer.texts
  const heading = texts.heading[model.decision]
  return productPage(writer, sender, {
    organizationName: model.organizationName,
    title: heading,
    main: [
      h1(heading),
      paragraphHtml(texts.next[model.decision](decidedWords(model, model.newEmail, writer))),
      paragraphHtml(pageTexts[writer.language].decided.close),
    ].join('\n'),
  })
}

const decidedWords = (
  model: { organizationName: string; address: string },
  newEmail: string | undefined,
  writer: Writer,
) => ({
  org: writer.organization(model.organizationName),
  address: writer.address(model.address),
  newEmail: newEmail === undefined ? undefined : writer.address(newEmail),
})

/**
 * U5, U7: the page of a link whose decision was made before. Doesn't show the original account's new address, since the
 * link may have reached somebody else by now.
 * @throws InputError `invalid_instant`
 */
export function renderAlreadyDecidedPage(model: AlreadyDecidedPageModel): string {
  const sender = model.sender ?? plainSender
  const writer = writerFor(model.locale, sender.timeZone)
  const { already } = pageTexts[writer.language]
  const { decision: texts, claim } = writer.texts
  const { decision } = model
  const words = decidedWords(model, undefined, writer)
  const isSourceDeleted = model.contentLoss === 'source_deleted' && decision.by === 'schedule'
  const { organizationName, address } = model
  const gone = { organizationName, address, createdAt: decision.at, endsAt: decision.at, options: [] }
  const main = isSourceDeleted
    ? [
        paragraphHtml(claim.lossReason.source_deleted(claimWords(writer, gone))),
        paragraphHtml(claim.nothingToChoose),
      ]
    : [
        paragraphHtml(already.by[decision.by]({ at: writer.instant(decision.at) })),
        `<div class="chosen"><p><strong>${html(claim.optionTitle[decision.kind](words))}</strong></p>${paragraphHtml(
          texts.next[decision.kind](words),
        )}</div>`,
        paragraphHtml(already.stands),
      ]
  return productPage(writer, sender, {
    organizationName: model.organizationName,
    title: already.heading,
    main: [h1(already.heading), ...main].join('\n'),
  })
}

/** The page of an ended or unknown link, which are indistinguishable. `locale` may come from `Accept-Language`. */
export function renderGonePage(locale = '', sender: Sender = plainSender): string {
  const writer = writerFor(locale, sender.timeZone)
  const { gone } = pageTexts[writer.language]
  return productPage(writer, sender, {
    title: gone.heading,
    main: `${h1(gone.heading)}\n${paragraphHtml(gone.text)}`,
  })
}
