import { api, body, keyed, type Schema } from '@/api/client'

// What the page of one's reminders asks of the server.

export type Mine = Schema<'NoticeMineView'>
export type Wanted = Mine['wanted'][number]

/** How the person is reached, and for what. */
export function readReminders(): Promise<Mine> {
  return body(api.GET('/api/notice/preferences'))
}

export function saveReminders(wanted: Wanted[], key: string): Promise<unknown> {
  return api.PUT('/api/notice/preferences', { body: { wanted }, ...keyed(key) })
}

/** Binds the WeChat account that came back with a code. */
export function bindWeChat(code: string, state: string): Promise<unknown> {
  return api.POST('/api/notice/wechat', { body: { code, state } })
}

export function unbindWeChat(): Promise<unknown> {
  return api.POST('/api/notice/wechat/unbind')
}
