import { createPinia } from 'pinia'
import { createApp } from 'vue'
import './theme.css'
import { i18n, preferredLanguage, setLanguage } from '@/i18n'
import FieldApp from './FieldApp.vue'
import { router } from './router'

async function start(): Promise<void> {
  await setLanguage(preferredLanguage())
  createApp(FieldApp).use(createPinia()).use(i18n).use(router).mount('#app')
}

void start()
