import type { ClaimType, DecisionKind } from '../rules/types.ts'
import { clean } from '../mail/clean.ts'
import type { ClaimModel } from '../mail/model.ts'
import { escapeHtml, html } from '../mail/line.ts'
import { plainSender, type Sender } from '../mail/sender.ts'
import type { ClaimWords } from '../mail/texts/types.ts'
import { claimWords, MAX_SHOWN_ADDRESS_LENGTH, type Writer, writerFor } from '../mail/writer.ts'
import { h1, h2, pageCsp, paragraphHtml } from './page.ts'
import { productPage } from './product-page.ts'
import { pageTexts } from './texts/all.ts'
import { type DecisionProblem, decisionProblems, newEmailProblems, type PageTexts } from './texts/types.ts'

/**
 * U6: the pages behind the mailed link. They work without scripts: the form posts `decision`, and for `change_email`
 * also `newEmail`, to the page's own address. `delete_original` is answered by a page that asks for confirmation, and
 * only that page's form posts `confirm=yes`.
 */
export interface DecisionPageModel extends ClaimModel {
  readonly claimType: ClaimType
  readonly locale: string
  /** N5. */
  readonly sender?: Sender | undefined
  /** Why the posted form was refused. A code that isn't a `DecisionProblem` is shown by its message. */
  readonly problem?: { readonly code: string; readonly message: string } | undefined
  /** The posted address, shown again with a problem. */
  readonly decision?: DecisionKind | undefined
  readonly newEmail?: string | undefined
  /**
   * U2: until when a new address waits to be confirmed. The address isn't shown, since the link may have reached
   * somebody else.
   */
  readonly pendingEmail?: { readonly expiresAt: string } | undefined
  /** Ask to confirm the deletion of the original account, in place of the options. */
  readonly confirmDelete?: boolean | undefined
}

/** The `Content-Security-Policy` of these pages. */
export const decisionPageCsp = pageCsp

const MAX_MESSAGE_LENGTH = 300

/**
 * Renders the decision page.
 * @throws InputError `invalid_instant` for `createdAt` or `endsAt`
 */
export function renderDecisionPage(model: DecisionPageModel): string {
  const sender = model.sender ?? plainSender
  const writer = writerFor(model.locale, sender.timeZone)
  const texts = pageTexts[writer.language]
  const words = claimWords(writer, model)
  if (model.confirmDelete && model.options.includes('delete_original')) {
    return confirmPage(model, sender, writer, texts, words)
  }

  const heading = texts.choose.heading[model.claimType]
  const problem = model.problem && problemOf(model.problem, texts, words)
  const { claim } = writer.texts
  const situation =
    model.contentLoss === 'source_deleted' ? claim.situationWithoutOld : claim.situation[model.claimType]
  return productPage(writer, sender, {
    organizationName: model.organizationName,
    footer: [texts.choose.noPassword],
    title: problem === undefined ? heading : texts.problem.inTitle(heading),
    main: [
      ...(problem === undefined ? [] : [problemSummary(problem, texts, model)]),
      h1(heading),
      paragraphHtml(claim.claimed(words)),
      paragraphHtml(situation(words)),
      ...pendingNotice(model, writer, texts),
      ...lossNotice(model, writer, words),
      model.options.length === 0
        ? paragraphHtml(claim.nothingToChoose)
        : decisionForm(model, writer, texts, words, problem),
      ...(model.claimType === 'direct' && model.options.length === 0
        ? []
        : [h2(claim.idleHeading), paragraphHtml(claim.idle[model.claimType](words))]),
      h2(claim.mistakeHeading),
      paragraphHtml(claim.mistake(words)),
    ].join('\n'),
  })
}

interface Problem {
  readonly markup: string
  /** The field that it is about, if any. */
  readonly field: 'newEmail' | undefined
}

const isKnown = (code: string): code is DecisionProblem => decisionProblems.some((known) => known === code)

function problemOf(problem: { code: string; message: string }, texts: PageTexts, words: ClaimWords): Problem {
  const { code, message } = problem
  if (!isKnown(code)) {
    return {
      markup: `<span lang="en">${escapeHtml(clean(message, MAX_MESSAGE_LENGTH))}</span>`,
      field: undefined,
    }
  }
  return {
    markup: html(texts.problem.of[code](words)),
    field: newEmailProblems.has(code) ? 'newEmail' : undefined,
  }
}

/** Takes the focus when the page opens, so that screen readers announce the problem first. */
function problemSummary({ markup, field }: Problem, texts: PageTexts, model: DecisionPageModel): string {
  const target = field !== undefined && model.options.includes('change_email') ? field : model.options[0]
  const text = target === undefined ? markup : `<a href="#${target}">${markup}</a>`
  return `<div class="problem" role="alert" tabindex="-1" autofocus>${h2(texts.problem.heading)}<p>${text}</p></div>`
}

function pendingNotice(
  { pendingEmail }: DecisionPageModel,
  writer: Writer,
  { pending }: PageTexts,
): string[] {
  if (pendingEmail === undefined) return []
  const text = pending.text({ expiresAt: writer.instant(pendingEmail.expiresAt) })
  return [`<div class="notice">${h2(pending.heading)}${paragraphHtml(text)}</div>`]
}

function lossNotice(
  { contentLoss }: DecisionPageModel,
  { texts: { claim } }: Writer,
  words: ClaimWords,
): string[] {
  if (contentLoss === undefined) return []
  const means = contentLoss === 'source_deleted' ? claim.lossGone(words) : claim.lossStaysBehind(words)
  return [
    `<div class="notice">${h2(claim.lossHeading)}${paragraphHtml(claim.lossReason[contentLoss](words))}${paragraphHtml(means)}</div>`,
  ]
}

/** `novalidate`: the service's messages are in the user's language, the browser's in the browser's. */
function decisionForm(
  model: DecisionPageModel,
  writer: Writer,
  texts: PageTexts,
  words: ClaimWords,
  problem: Problem | undefined,
): string {
  const { claim } = writer.texts
  const chosen = model.decision ?? (problem?.field === 'newEmail' ? 'change_email' : undefined)
  const options = model.options.map((kind) => {
    const checked = kind === chosen ? ' checked' : ''
    return `<div class="option">
<div class="choice"><input type="radio" name="decision" id="${kind}" value="${kind}" required aria-describedby="${kind}-effect"${checked}>
<label for="${kind}">${html(claim.optionTitle[kind](words))}</label>
<p id="${kind}-effect">${html(claim.optionEffect[model.claimType][kind](words))}</p></div>
${kind === 'change_email' ? newEmailField(model, texts, words, problem) : ''}</div>`
  })
  return `<form method="post" novalidate>
<fieldset>
<legend>${h2(texts.choose.legend)}</legend>
${options.join('\n')}
</fieldset>
${paragraphHtml(model.options.includes('delete_original') ? claim.once : [...claim.once, ' ', ...claim.paid])}
<button type="submit">${html(texts.choose.submit)}</button>
</form>`
}

function newEmailField(
  model: DecisionPageModel,
  texts: PageTexts,
  words: ClaimWords,
  problem: Problem | undefined,
): string {
  const wrong = problem?.field === 'newEmail' ? problem.markup : undefined
  const message = wrong === undefined ? '' : `<p class="wrong" id="newEmail-wrong">${wrong}</p>`
  const described = wrong === undefined ? 'newEmail-hint' : 'newEmail-hint newEmail-wrong'
  const invalid = wrong === undefined ? '' : ' aria-invalid="true"'
  const value = escapeHtml(clean(model.newEmail ?? '', MAX_SHOWN_ADDRESS_LENGTH))
  return `<div class="field"><label for="newEmail">${html(texts.choose.newEmail)}</label>
<p class="hint" id="newEmail-hint">${html(texts.choose.newEmailHint(words))}</p>${message}
<input type="email" id="newEmail" name="newEmail" value="${value}" maxlength="${MAX_SHOWN_ADDRESS_LENGTH}" autocomplete="email" autocapitalize="none" spellcheck="false" aria-describedby="${described}"${invalid}></div>
`
}

function confirmPage(
  model: DecisionPageModel,
  sender: Sender,
  writer: Writer,
  texts: PageTexts,
  words: ClaimWords,
): string {
  const { claim } = writer.texts
  return productPage(writer, sender, {
    organizationName: model.organizationName,
    footer: [texts.choose.noPassword],
    title: texts.confirm.heading,
    main: [
      h1(texts.confirm.heading),
      paragraphHtml(texts.confirm.lead(words)),
      `<div class="notice">${paragraphHtml(claim.optionEffect[model.claimType].delete_original(words))}</div>`,
      `<form method="post">
<input type="hidden" name="decision" value="delete_original">
<input type="hidden" name="confirm" value="yes">
<button type="submit" class="danger">${html(texts.confirm.submit)}</button>
</form>`,
      // The page's own address: a GET shows the options again.
      `<p><a href="">${html(texts.confirm.back)}</a></p>`,
    ].join('\n'),
  })
}
