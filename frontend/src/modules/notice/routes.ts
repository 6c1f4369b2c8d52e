import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/notices', name: 'notices', component: () => import('./pages/NoticesPage.vue'), meta: { title: 'notice.title', action: 'notice.inbox.read', menu: { group: 'records', order: 10 } } },
  { path: '/reminders', name: 'reminders', component: () => import('./pages/RemindersPage.vue'), meta: { title: 'noticeChannel.mine', action: 'notice.preference.edit', menu: { group: 'records', order: 15 } } },
  { path: '/channels', name: 'channels', component: () => import('./pages/ChannelsPage.vue'), meta: { title: 'noticeChannel.title', action: 'notice.hook.read', menu: { group: 'records', order: 20 } } },
  { path: '/mails', name: 'mails', component: () => import('./pages/MailsPage.vue'), meta: { title: 'notice.mails', action: 'notice.mail.read', menu: { group: 'records', order: 30 } } },
]
