import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/notices', name: 'notices', component: () => import('./pages/NoticesPage.vue'), meta: { title: 'notice.title', action: 'notice.inbox.read', menu: { group: 'records', order: 10 } } },
  { path: '/mails', name: 'mails', component: () => import('./pages/MailsPage.vue'), meta: { title: 'notice.mails', action: 'notice.mail.read', menu: { group: 'records', order: 30 } } },
]
