import type { ConfirmationRefusal } from '../rules/claims/new-address-confirmation.ts'
import { html, type Line } from '../mail/line.ts'
import { plainSender, type Sender } from '../mail/sender.ts'
import { claimWords, type Writer, writerFor } from '../mail/writer.ts'
import { h1, h2, paragraphHtml } from './page.ts'
import { productPage } from './product-page.ts'
import { pageTexts } from './texts/all.ts'

/** U2: the page shown after a new address was given. */
export interface ConfirmationSentPageModel {
  readonly organizationName: string
  readonly locale: string
  /** N5. */
  readonly sender?: Sender | undefined
  readonly newEmail: string
  readonly expiresAt: string
}

/**
 * Says that nothing is decided yet: shows the address, until when it can be confirmed, and a way back to the options.
 */
export function renderConfirmationSentPage(model: ConfirmationSentPageModel): string {
  const sender = model.sender ?? plainSender
  const writer = writerFor(model.locale, sender.timeZone)
  const { sent } = pageTexts[writer.language]
  const words = { newEmail: writer.address(model.newEmail), expiresAt: writer.instant(model.expiresAt) }
  return productPage(writer, sender, {
    organizationName: model.organizationName,
    title: sent.heading,
    main: [
      h1(sent.heading),
      paragraphHtml(sent.text(words)),
      paragraphHtml(sent.notArrived),
      // The page's own address: a GET shows the options again.
      `<p><a href="">${html(sent.again)}</a></p>`,
    ].join('\n'),
  })
}

/** U2: the page behind the link in the confirmation mail. Its reader may be a stranger. */
export interface ConfirmationPageModel {
  readonly organizationName: string
  /** The claimed address; the page shows only a part of it. */
  readonly address: string
  readonly locale: string
  /** N5. */
  readonly sender?: Sender | undefined
  readonly newEmail: string
  readonly expiresAt: string
  /** Why the address couldn't be confirmed. */
  readonly problem?: ConfirmationRefusal | undefined
}

/** Opening the page decides nothing (U6): its form must be submitted, and has no fields. */
export function renderConfirmationPage(model: ConfirmationPageModel): string {
  const sender = model.sender ?? plainSender
  const writer = writerFor(model.locale, sender.timeZone)
  const texts = pageTexts[writer.language]
  const { confirmEmail, problem } = texts
  const words = {
    org: writer.organization(model.organizationName),
    masked: writer.maskedAddress(model.address),
    newEmail: writer.address(model.newEmail),
    expiresAt: writer.instant(model.expiresAt),
  }
  const problemText = model.problem && problemLine(model, model.problem, writer)
  return productPage(writer, sender, {
    organizationName: model.organizationName,
    footer: [texts.choose.noPassword],
    title: problemText === undefined ? confirmEmail.heading : problem.inTitle(confirmEmail.heading),
    main: [
      ...(problemText === undefined
        ? []
        : [
            `<div class="problem" role="alert" tabindex="-1" autofocus>${h2(problem.heading)}${paragraphHtml(problemText)}${
              model.problem === 'busy' ? '' : paragraphHtml(confirmEmail.another)
            }</div>`,
          ]),
      h1(confirmEmail.heading),
      paragraphHtml(confirmEmail.lead(words)),
      paragraphHtml(confirmEmail.effect),
      `<form method="post"><button type="submit">${html(confirmEmail.submit)}</button></form>`,
      paragraphHtml(confirmEmail.until(words)),
      paragraphHtml(confirmEmail.notYou),
    ].join('\n'),
  })
}

function problemLine(
  model: ConfirmationPageModel,
  problem: NonNullable<ConfirmationPageModel['problem']>,
  writer: Writer,
): Line {
  const { organizationName, address, expiresAt } = model
  const claim = { organizationName, address, createdAt: expiresAt, endsAt: expiresAt, options: [] }
  return pageTexts[writer.language].problem.of[problem](claimWords(writer, claim))
}

/** The page of a link that confirms nothing: expired, replaced or unknown. */
export function renderConfirmationGonePage(locale = '', sender: Sender = plainSender): string {
  const writer = writerFor(locale, sender.timeZone)
  const { gone } = pageTexts[writer.language].confirmEmail
  return productPage(writer, sender, {
    title: gone.heading,
    main: `${h1(gone.heading)}\n${paragraphHtml(gone.text)}`,
  })
}
