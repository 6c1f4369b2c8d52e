import '@/floor'
import { moreTexts } from '@/i18n/field'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'vant/es/dialog/style'
import 'vant/es/image-preview/style'
import 'vant/es/toast/style'
import './theme.css'
import '../motion.css'
import { onSignedOut } from '@/api/client'
import { i18n, preferredLanguage, setLanguage } from '@/i18n'
import { lasting, settleIn } from './core/browser'
import FieldApp from './FieldApp.vue'
import { isLarge, setLarge } from './largeText'
import { router } from './router'
import { useMe } from './useMe'

async function start(): Promise<void> {
  await setLanguage(preferredLanguage())
  setLarge(isLarge())
  const app = createApp(FieldApp)
  app.use(createPinia()).use(i18n).use(router)
  onSignedOut(leave)
  app.mount('#app')
  void router.isReady().then(moreTexts).catch(() => undefined) // again when a page needs them
  if (import.meta.env.PROD) await settleIn()
  if (!lasting.value) void takePages()
}

// Without a service worker a page not yet opened cannot be loaded when the network is gone: all are fetched while it is there.
async function takePages(): Promise<void> {
  await router.isReady()
  for (const { components } of router.getRoutes()) {
    const page = components?.default
    if (typeof page === 'function') await (page as () => Promise<unknown>)().catch(() => undefined)
  }
  await import('./core/check').catch(() => undefined)
}

// The server ended the session. Whoever is in the middle of a check is not thrown out of it: the queue asks him to
// sign in when there is something to send.
function leave(): void {
  const me = useMe()
  const here = router.currentRoute.value
  if (!me.me || here.meta.public || here.meta.holds) return
  void me.forget()
  void router.replace({ name: 'login', query: { to: here.fullPath, ended: '1' } })
}

void start()
