// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-dWELifoE.css","/assets/ActivatePage-jLnVO-gu.js","/assets/BeforeAfter-CdmNQBnA.js","/assets/BeforeAfter-WudP9clS.css","/assets/CertificateCard-6PDPSwKi.js","/assets/CheckPage-C5uPXnYR.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-Cf9fLfDt.css","/assets/DeedPage-DP_xmSQ9.js","/assets/DutiesPage-B8FCMj9f.js","/assets/DutiesPage-BaweB5L5.css","/assets/DutyPage-C8R3avo-.js","/assets/DutyPage-CPyhnxGl.css","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-DrdIo_4E.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-BmZveG6p.js","/assets/HazardPage-7TIycHLq.css","/assets/HazardPage-B4xrrF9D.js","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-Cpb5BSex.js","/assets/InstallCard-BQvMaOEV.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-B6eiKTAL.js","/assets/LanguageBar-BeDA-F20.css","/assets/LetterPage-BOzNoyCu.js","/assets/LetterPage-C6O4-3NF.css","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-Cyv9IAVC.js","/assets/LettersPage-9UFiwODm.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-XwL0-_xc.js","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-DXN95XEL.js","/assets/LoadedPage-Ck_h5MB2.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-B5ZGo159.css","/assets/LoginPage-B_9E65Yc.js","/assets/MainTabs-CEOnfe8Q.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-DSwHSeZk.css","/assets/MePage-Dn6cMNgy.js","/assets/OutsidePage-CZ3IPf7I.css","/assets/OutsidePage-CdmxsSy3.js","/assets/PageFrame-Ci8UmlrX.js","/assets/PageFrame-D77oN2H3.css","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelCard-vi27Gxfz.js","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-BRbYaEK3.js","/assets/PermitCard-CrinSvik.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitNewPage-CaTu6N8P.js","/assets/PermitNewPage-ChVlCsnY.css","/assets/PermitPage-Bj4vjSxL.js","/assets/PermitPage-k3LyoWXg.css","/assets/PermitsPage-CSqs6uhS.js","/assets/PermitsPage-D7cm1_fs.css","/assets/PhotoPick-BLRKD3IH.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BMF2I_ri.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhraseChips-BP1LSgty.js","/assets/PhraseChips-DkWAZchv.css","/assets/PostersPage-BNytZN6n.css","/assets/PostersPage-Bt66cilN.js","/assets/ProblemNote-CKDyZrFr.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-CrvrLVre.js","/assets/QueuePage-DGQPSazp.css","/assets/ReportPage-C_MWDsZx.css","/assets/ReportPage-DCkWCSwo.js","/assets/RewardsPage-BCWHVINB.css","/assets/RewardsPage-Cubpii96.js","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-Bjj5H4Xd.js","/assets/ScorePage-BtxVb9lz.js","/assets/ScorePage-D7u3StAg.css","/assets/ScoresPage-jUIwl9Dj.css","/assets/ScoresPage-s03LzLke.js","/assets/SetUpPage-CFUCMTJN.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-BgEr38k7.js","/assets/SignSheet-DZ8chMuR.css","/assets/SignaturePad-BsHaKBIl.css","/assets/SignaturePad-CoqSA_xo.js","/assets/SnapPage-DQPbb63i.js","/assets/TodayPage-7JIuV4pz.css","/assets/TodayPage-C9ZeuNAJ.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/accident-Fp_h5ZZU.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKK9f_k.js","/assets/certificate-BtSOoymT.js","/assets/check-B_igv97z.js","/assets/checkbox-BJRMn-34.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/contractor-BFzWXG74.js","/assets/deadline-Yq7-W-F0.js","/assets/due-DYk22sR9.js","/assets/duty-CaxXkA43.js","/assets/emergency-DjosCm-3.js","/assets/equipment-CcUIm_BK.js","/assets/evidence-CQD1pIPY.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-Bmp2zxyc.js","/assets/field-Dv3yGryW.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-8a34gssD.js","/assets/function-call-DChgJVgF.js","/assets/hash-C9q1SgCD.js","/assets/hazard-CiZziiNF.js","/assets/home-DlL89vWc.js","/assets/import-paf3kKEW.js","/assets/inspection-nRZV-HWT.js","/assets/interceptor-B2UQtDT4.js","/assets/letter-DNi7XhuW.js","/assets/list-BIJZPj8h.js","/assets/listing-ESjMg3bX.js","/assets/meeting-CrzcN00i.js","/assets/notice-Dr7yp805.js","/assets/on-popup-reopen-FDt9k5SM.js","/assets/oversight-BP3sB0mG.js","/assets/parts-C-Bsq9xA.js","/assets/people-BdgnYhsH.js","/assets/performance-DmxhvOun.js","/assets/permit-DY5daryX.js","/assets/permitServer-C-4SJqIq.js","/assets/popup-C131rfKi.js","/assets/proof-DagD9yxx.js","/assets/protection-D2k32j_B.js","/assets/queue-BUpOJL3D.js","/assets/register-CTlFiWDE.js","/assets/reportItem-Ee3Z4wMP.js","/assets/responsibility-aHlz8XTB.js","/assets/reward-79pB2q2o.js","/assets/risk-CmgvaaJN.js","/assets/role-4qmkRGEc.js","/assets/say-6PPJNfe-.js","/assets/selfreport-CMzqA-dv.js","/assets/shell-DHRt073v.js","/assets/signature-yw-w5CaD.js","/assets/staff-C_3oTwEG.js","/assets/style-5h_aHo-L.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-BV5Zf5fw.js","/assets/style-Bjr-1vAo.css","/assets/style-Bmy60E0B.js","/assets/style-Bsn4ZUmo.css","/assets/style-Bsp-knLV.css","/assets/style-C5oROckF.js","/assets/style-CEHs1eFG.js","/assets/style-D4vPvTRK.css","/assets/style-DkHGN37f.js","/assets/style-DnYcvOhI.css","/assets/style-HGFKDdZv.js","/assets/style-I0DFHzPr.js","/assets/style-VMQ3ivIA.js","/assets/tag-CbBQTtH-.js","/assets/transfer-DFaZ_Gyi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-CfY-kaGw.js","/assets/use-id-1HafQbWd.js","/assets/useCamera-CrohoiR8.js","/assets/useForms-14dKnc9P.css","/assets/useForms-BadcXOwQ.js","/assets/useIntent-B56IWwK9.js","/assets/useLoad-YCL-l8-P.js","/assets/useMe-Bt04JI7e.js","/assets/useParcel-DMeORlSS.js","/assets/usePermit-CFvtfRS1.js","/assets/usePosition-COyK1ZEs.css","/assets/usePosition-DsCNFkvt.js","/assets/useQueue-BXx5-nhQ.js","/assets/useSaid-BzZjbfs1.js","/assets/vue-router-DIxIeLoR.js"]
const VERSION = 'c7227dae2006'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
