/** What of a browser these pages run in. */
export type Host = 'wechat' | 'dingtalk' | 'feishu' | 'qq' | 'app' | 'browser'

/** The app whose built-in browser this is, by its user agent. */
export function hostOf(agent: string): Host {
  if (/MicroMessenger/i.test(agent)) return 'wechat'
  if (/DingTalk/i.test(agent)) return 'dingtalk'
  if (/Lark|Feishu/i.test(agent)) return 'feishu'
  if (/\bQQ\/\d/i.test(agent)) return 'qq'
  // Other apps show pages in a view without a browser of its own around it.
  if (/iPhone|iPad/.test(agent) ? !/Safari\//.test(agent) : /; wv\)/.test(agent)) return 'app'
  return 'browser'
}
