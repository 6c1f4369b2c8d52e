/** Channels in the order they are shown. */
export const CHANNELS = ['mail', 'sms', 'wechat', 'webhook', 'wecom', 'dingtalk', 'feishu'] as const

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'plain'

/** How each state of a delivery looks. */
export const TONES: Record<string, Tone> = { sent: 'good', queued: 'busy', claimed: 'busy', held: 'warn', failed: 'bad', dead: 'bad', unroutable: 'bad', cancelled: 'plain', digested: 'plain' }

/** 厘, a thousandth of a yuan, as yuan with two decimals, rounded up: an estimate should not be too small. */
export function yuanOfLi(li: number): string {
  const cents = Math.ceil(li / 10)
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}
