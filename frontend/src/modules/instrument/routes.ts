import type { RouteRecordRaw } from 'vue-router'

const kinds = ['regulator']

export const routes: RouteRecordRaw[] = [
  { path: '/inbox', name: 'work-inbox', component: () => import('./pages/InboxPage.vue'), meta: { title: 'instrument.inbox.title', action: 'instrument.inbox.list', menu: { group: 'oversight', order: 50, kinds } } },
  { path: '/missives', name: 'missives', component: () => import('./pages/MissivesPage.vue'), meta: { title: 'instrument.title', action: 'instrument.missive.write', menu: { group: 'oversight', order: 52, kinds } } },
  { path: '/missives/received', name: 'missives-received', component: () => import('./pages/MissivesPage.vue'), meta: { title: 'instrument.received', action: 'instrument.missive.list', menu: { group: 'records', order: 60, kinds: ['company', 'service'] } } },
  { path: '/missives/:id(\\d+)', name: 'missive', component: () => import('./pages/MissivePage.vue'), meta: { title: 'instrument.detail', action: 'instrument.missive.list' } },
  { path: '/circulars', name: 'circulars', component: () => import('./pages/CircularsPage.vue'), meta: { title: 'instrument.notice.title', action: 'instrument.circular.list', menu: { group: 'oversight', order: 54, kinds } } },
  { path: '/circulars/received', name: 'circulars-received', component: () => import('./pages/CircularsPage.vue'), meta: { title: 'instrument.notice.received', action: 'instrument.circular.list', menu: { group: 'records', order: 62, kinds: ['company', 'service'] } } },
  { path: '/circulars/:id(\\d+)', name: 'circular', component: () => import('./pages/CircularPage.vue'), meta: { title: 'instrument.notice.detail', action: 'instrument.circular.list' } },
  { path: '/owing', name: 'owing', component: () => import('./pages/OwingPage.vue'), meta: { title: 'instrument.call.title', action: 'instrument.call.list', menu: { group: 'oversight', order: 56, kinds } } },
]
