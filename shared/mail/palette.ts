/**
 * Colours of mails and pages. Text has a contrast of at least 4.5:1 to its background, control borders 3:1 (tested).
 */
export interface Palette {
  readonly ground: string
  readonly card: string
  readonly text: string
  readonly muted: string
  readonly link: string
  readonly rule: string
  readonly control: string
  readonly button: string
  readonly buttonText: string
  readonly danger: string
  readonly dangerText: string
  /** Errors: text and edges. */
  readonly alert: string
  readonly notice: string
  readonly noticeEdge: string
}

export const light: Palette = {
  ground: '#eef2f3',
  card: '#ffffff',
  text: '#1b2528',
  muted: '#4d5b60',
  link: '#0b5a6b',
  rule: '#d3dcdf',
  control: '#64757b',
  button: '#0b5a6b',
  buttonText: '#ffffff',
  danger: '#a61b1b',
  dangerText: '#ffffff',
  alert: '#a61b1b',
  notice: '#fdf3e1',
  noticeEdge: '#a85d00',
}

export const dark: Palette = {
  ground: '#10181b',
  card: '#1a2529',
  text: '#eef3f4',
  muted: '#b7c4c8',
  link: '#86d3e3',
  rule: '#37474d',
  control: '#8fa1a7',
  button: '#86d3e3',
  buttonText: '#0d1a1d',
  danger: '#ffb0a8',
  dangerText: '#2b0805',
  alert: '#ffb0a8',
  notice: '#33291a',
  noticeEdge: '#e0a044',
}
