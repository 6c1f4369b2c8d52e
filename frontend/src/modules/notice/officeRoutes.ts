import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/message-office', name: 'message-office', component: () => import('./pages/OfficePage.vue'), meta: { title: 'noticeOffice.title', action: 'notice.office.list', menu: { group: 'records', order: 31 } } },
  { path: '/message-office/contacts', name: 'message-contacts', component: () => import('./pages/ContactsPage.vue'), meta: { title: 'noticeOffice.contacts.title', action: 'notice.contact.list', parent: 'message-office' } },
  { path: '/message-valves', name: 'message-valves', component: () => import('./pages/ValvesPage.vue'), meta: { title: 'noticeOffice.valves.title', action: 'notice.valve.read', menu: { group: 'platform', order: 70 } } },
  { path: '/message-templates', name: 'message-templates', component: () => import('./pages/TemplatesPage.vue'), meta: { title: 'noticeOffice.templates.title', action: 'notice.template.read', menu: { group: 'records', order: 33 } } },
  { path: '/mass-messages', name: 'mass-messages', component: () => import('./pages/CampaignsPage.vue'), meta: { title: 'noticeOffice.mass.title', action: 'notice.campaign.list', menu: { group: 'records', order: 34 } } },
  { path: '/mass-messages/:id(\\d+)', name: 'mass-message', component: () => import('./pages/CampaignPage.vue'), meta: { title: 'noticeOffice.mass.one', action: 'notice.campaign.list', parent: 'mass-messages' } },
]
