import { ElNotification, type NotificationHandle } from 'element-plus'
import { say } from '@/i18n'
import { targetOf } from '@/modules/notice/useTarget'
import type { News } from '@/parts/useLive'
import { router } from '@/router'

type Notice = News['notices'][number]

/** More than so many at once are one sentence. */
const MOST = 3
const SHOWN = 8_000

let shown: { handle: NotificationHandle; n: number }[] = []

/** Says that messages have arrived: each by its title, many by their number. */
export function announce(notices: Notice[]): void {
  const before = shown.reduce((sum, one) => sum + one.n, 0)
  if (before + notices.length > MOST) {
    shown.forEach((one) => one.handle.close())
    shown = []
    show(say('notice.arrived', { n: before + notices.length }), '', '/notices', before + notices.length)
    return
  }
  for (const one of [...notices].reverse()) show(one.title, one.body, one.link || targetOf(one) || '/notices', 1)
}

function show(title: string, body: string, to: string, n: number): void {
  const handle = ElNotification({
    title, message: body.length > 80 ? `${body.slice(0, 80)}…` : body, position: 'bottom-right', duration: SHOWN, customClass: 'arrival',
    onClick: () => { handle.close(); void router.push(to) },
    onClose: () => { shown = shown.filter((one) => one.handle !== handle) },
  })
  shown.push({ handle, n })
}
