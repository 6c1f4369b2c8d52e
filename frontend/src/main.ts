import '@/floor'
import '@/i18n/desk'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import 'element-plus/es/components/notification/style/css'
import './theme.css'
import './motion.css'
import { onSignedOut } from '@/api/client'
import { i18n, preferredLanguage, setLanguage } from '@/i18n'
import { router } from '@/router'
import App from '@/shell/App.vue'
import { useSession } from '@/shell/session'
import { useTabs } from '@/shell/tabs'

async function start(): Promise<void> {
  await setLanguage(preferredLanguage())
  const app = createApp(App)
  app.use(createPinia())
  app.use(i18n)
  app.use(router)
  onSignedOut(leave)
  app.mount('#app')
}

// The server ended the session: forget the person and all that is on the screen.
function leave(): void {
  const session = useSession()
  if (!session.me) return
  session.forget()
  useTabs().clear()
  const here = router.currentRoute.value
  if (!here.meta.public) void router.replace({ name: 'login', query: { to: here.fullPath, ended: '1' } })
}

void start()
