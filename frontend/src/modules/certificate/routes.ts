import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/certificates', name: 'certificates', component: () => import('./pages/CertificatesPage.vue'), meta: { title: 'certificate.title', action: 'certificate.card.list', menu: { group: 'certificate', order: 10 } } },
  { path: '/certificates/:id(\\d+)', name: 'certificate', component: () => import('./pages/CertificatePage.vue'), meta: { title: 'certificate.detail', action: 'certificate.card.list', parent: 'certificates' } },
  { path: '/certificates/mine', name: 'certificates.mine', component: () => import('./pages/MyCertificatesPage.vue'), meta: { title: 'certificate.mine', action: 'certificate.mine.list', menu: { group: 'certificate', order: 20 } } },
]
