// Made by `make bundle` from web/src: edit there.
"use strict";var bundled=(()=>{var W=Object.defineProperty;var wt=Object.getOwnPropertyDescriptor;var bt=Object.getOwnPropertyNames;var vt=Object.prototype.hasOwnProperty;var kt=(n,t)=>{for(var e in t)W(n,e,{get:t[e],enumerable:!0})},yt=(n,t,e,s)=>{if(t&&typeof t=="objec\
t"||typeof t=="function")for(let i of bt(t))!vt.call(n,i)&&i!==e&&W(n,i,{get:()=>t[i],enumerable:!(s=
wt(t,i))||s.enumerable});return n};var $t=n=>yt(W({},"__esModule",{value:!0}),n);var Jt={};kt(Jt,{alone:()=>ut,chapter:()=>ft,default:()=>Kt,figures:()=>mt,mount:()=>A});function r(n,t={},...e){let s=document.createElement(n);for(let[i,o]of Object.entries(t))o===!1||o==
null||(i.startsWith("on")?s.addEventListener(i.slice(2),o):i==="style"?St(s,o):s.setAttribute(i,o===
!0?"":String(o)));for(let i of e.flat())i!=null&&i!==!1&&s.append(i);return s}function St(n,t){for(let[
e,s]of Object.entries(t))n.style.setProperty(e,String(s))}var z=(n,t)=>[...n.querySelectorAll(t)],u=(...n)=>n.
filter(Boolean).join(" "),M=(n,t,e,s={})=>r("button",{type:"button",title:n,onclick:e,...s},r("span",
{"aria-hidden":"true"},t));function L(n,...t){let e=t.map(s=>typeof s=="string"?s:s.textContent).join(
"");n.textContent!==e&&n.replaceChildren(...t)}var y=(n,t)=>n.setAttribute("aria-disabled",String(!t)),
b=n=>(n/4096).toString(16),T=n=>`[${b(n.start)}, ${b(n.end)})`,v=n=>(n??0)>>20?`${(n??0)>>20}.${((n??
0)&1048575).toString(16)}`:(n??0).toString(16),X=["square","round","diamond","hexagon"];function f(n,t,e=""){
let s=typeof t=="number"?t:n.cpus.indexOf(t),i=typeof t=="number"?n.cpus[s]:t,o=u("badge",X[s%X.length],
e);return r("span",{class:o,title:`CPU ${i}`},r("span",{},String(s+1)))}var Q=["pool","states","steps","functions"],V=class{constructor(t){this.doc=t,this.vmas=new Map,this.
families=new Map,this.locks=new Map,this.pages=new Map,this.mms=new Map,this.moving=Object.keys(t.roles??
{}).length>0||t.drive!==void 0,this.met=new Set,this.seen=0,this.grow()}get size(){let t=[...this.vmas.
values()].reduce((e,{addresses:s})=>e+s.size,0);return this.vmas.size+t+this.pages.size+this.families.
size+Number(this.moving)}grow(){for(;this.seen<this.doc.states.length;this.seen++){let t=this.doc.states[this.
seen].picture??{};for(let[e,s]of Object.entries(t))for(let i of s)this.met.has(i)||(this.met.add(i),
this.meet(e,this.doc.pool[i]))}}meet(t,e){if(t==="mms")this.mms.set(e.id,e);else if(t==="anon_vmas"&&
!this.families.has(e.id))this.families.set(e.id,e);else if(t==="vmas")this.meetVma(e);else if(t==="m\
oves"||t==="cursors")this.moving=!0;else if(t==="locks")this.meetLock(e);else if(t==="pages"){let s=this.
pages.get(e.id)??{...e,busy:!1};s.busy||=e.locked!=null||e.mapcount!==s.mapcount,this.pages.set(e.id,
s)}}meetVma(t){let e=this.vmas.get(t.id)??{...t,addresses:new Set};if(t.inserted)for(let s of t.cells)
e.addresses.add(s.address);e.start=Math.min(e.start,t.start),this.vmas.set(t.id,e)}meetLock(t){let e=this.
locks.get(t.id)??{...t,used:!1,waited:!1};e.used||=t.owners.length>0||t.waiters.length>0,e.waited||=
t.waiters.length>0,this.locks.set(t.id,e)}},q=class{constructor(t){if(t.format!==2)throw new Error(`\
this run was recorded in format ${t.format}, and this stepper reads 2: run the cell again, or export\
 the page again`);this.doc=t,this.world=new V(t),this.steps=[],this.path=[...t.run??[]],this.at=Math.
min(t.at??0,this.path.length),this.orders=[]}get verdict(){return this.isBeside?this.doc.beside?.verdict??
null:this.doc.verdict}get decisive(){return this.driving||this.isBeside?0:this.doc.decisive??0}get isBeside(){
return this.doc.beside!==void 0&&String(this.path)===String(this.doc.beside.run)}get driving(){return!!this.
doc.drive}did(t){let e=this.doc.steps[t];return this.steps[t]??={...this.doc.pool[e.did],to:e.to},this.
steps[t]}stepAt(t){return t?this.did(this.path[t-1]):null}get step(){return this.stepAt(this.at)}stateAt(t){
return this.doc.states[this.stepAt(t)?.to??0]}get state(){return this.stateAt(this.at)}view(t,e=this.
at){return this.doc.pool[this.stateAt(e).views[t]]}picture(t=this.at){let e=this.stateAt(t).picture;
if(!e)return null;let s=Object.entries(e).map(([i,o])=>[i,o.map(a=>this.doc.pool[a])]);return Object.
fromEntries(s)}get roles(){let t=this.at;for(;t>0&&!this.stateAt(t).picture?.moves.length;)t--;let e=this.
picture(t)?.moves??[];if(!e.length)return this.doc.roles;let s={};for(let i of e)s[i.source]="source",
s[i.destination]="destination";return s}able(t){let e=this.view(t);return!!e.next&&!e.waits}preempts(t){
if(t<2)return!1;let e=this.did(this.path[t-2]).cpu,s=this.view(e,t-1);return this.did(this.path[t-1]).
cpu!==e&&!!s.next&&!s.waits}preemption(t){for(let e=this.at+t;e>0&&e<=this.path.length;e+=t)if(this.
preempts(e))return e;return t<0?0:this.path.length}keep(t){let e=t.findIndex(o=>!this.doc.steps[o]),
s=e<0?t:t.slice(0,e),i=[this.doc.run,this.doc.beside?.run??[]].map(String);return String(s)===String(
this.path)||!this.driving&&!i.includes(String(s))?!1:(this.path=[...s],this.orders=[],!0)}turn(t){return this.
path[this.at]===t?!1:(this.path.length=this.at,this.orders.length=Math.min(this.orders.length,this.at+
1),this.path.push(t),!0)}add(t,e,s){let{doc:i,world:o}=this;i.pool.push(...t.pool),i.states.push(...t.
states),i.steps.push(...t.steps),i.functions.push(...t.functions),s.moves??={},s.moves[e]=t.step;let a=o.
size;return o.grow(),a!==o.size}get schedule(){return this.path.slice(0,this.at).map(t=>this.did(t).
cpu)}get wrong(){return this.path.flatMap((t,e)=>this.did(t).findings.length?[e]:[])}console(t=this.
at){let e=[];for(let o of this.wrong.filter(a=>a<t)){let{cpu:a,findings:l}=this.did(this.path[o]);for(let[
h,c]of l){let p=h==="BUG"?c:`${h}: ${c}`;e.push(`[${String(o+1).padStart(5)}] CPU ${this.doc.cpus[a]}\
: ${p}`)}}let s=t===this.path.length?this.verdict:null,i=this.driving?this.stateAt(t).end:s;if(i?.outcome===
"fails"&&!e.some(o=>o.includes(i.message))){let o=i.kind==="promise"?"":`${i.kind}: `;e.push(`[end] ${o}${i.
message}`)}return e}gone(t){for(let e=0;e<this.at;e++)if((this.stateAt(e).picture?.vmas??[]).some(i=>this.
doc.pool[i].id===t))return!0;return!1}get order(){let t=this.at;for(;t>0&&!this.orders[t];)t--;let e=this.
orders[t]??[...this.world.vmas.keys()];for(let s=this.orders[t]?t+1:t;s<=this.at;s++){let i=this.picture(
s);i&&(e=zt(e,i,this.doc.walked)),this.orders[s]=e}return e}get variables(){let t=new Map,e=new Map,
s=this.path.map(i=>this.did(i));for(let{reads:i={},writes:o={},taken:a=[]}of s){for(let l of[...Object.
keys(i),...Object.keys(o)])t.set(l,"?");for(let l of a)e.set(l,null)}for(let{reads:i={},writes:o={}}of s.
toReversed()){for(let[a,l]of Object.entries(i))t.set(a,l);for(let[a,[l]]of Object.entries(o))t.set(a,
l)}for(let{cpu:i,writes:o={},taken:a=[],dropped:l=[]}of s.slice(0,this.at)){for(let[h,[,c]]of Object.
entries(o))t.set(h,c);for(let h of a)e.set(h,i);for(let h of l)e.set(h,null)}return{values:t,locks:e}}};
function zt(n,t,e){let s=new Map(t.avcs.map(a=>[a.id,a.vma])),i=t.anon_vmas.toSorted((a,l)=>+(l.id===
e)-+(a.id===e)||l.list.length-a.list.length),o=new Set(n);for(let a of i.toReversed()){let l=a.list.
flatMap(h=>s.get(h)??[]).filter(h=>o.has(h));n=Mt(n,l)}return n}function Mt(n,t){let e=new Set(t),s=[
...t];return n.map(i=>e.has(i)?s.shift()??i:i)}function Z(n,t){let e=new Map,s=0,i=(g,w)=>new Promise(x=>{s+=1,e.set(s,x);let k=Object.fromEntries(
Q.map(m=>[m,h.doc[m].length]));n.send({ask:s,path:g,cpu:w,have:k})}),o=!1,a=(g,w)=>{o=!0,n.set("path",
[...w]),n.set("at",g),o=!1,n.save_changes()},l=()=>structuredClone(n.get("doc")),h=t(l(),{ask:i,moved:a}),
c=()=>o||h.resume(n.get("path"),n.get("at")),p=()=>h.load(l()),d=g=>{e.get(g.answer)?.(g),e.delete(g.
answer)};return n.on("msg:custom",d),n.on("change:doc",p),n.on("change:at change:path",c),c(),()=>{h.
close(),n.off("msg:custom",d),n.off("change:doc",p),n.off("change:at change:path",c)}}var U="No answer from Jupyter's kernel. It may be busy; if it was restarted, run the cell again.";function Ct(n,t,e){let s=new Map([[t,[]]]);for(let[i,o]of s){if(i===e)return o;for(let a of Object.values(
n.states[i].moves??{})){let{to:l}=n.steps[a];s.has(l)||s.set(l,[...o,a])}}return null}function tt(n,t){
for(let e=n.at;e>=0;e--){let s=Ct(n.doc,n.stepAt(e)?.to??0,t);if(s)return[...n.path.slice(0,e),...s]}
return null}var jt=["lost","can","unknown","safe"];function et(n){let t=new Map([[0,0]]),e=[];for(let[
i,o]of t){e[o]??=[],e[o].push(i);for(let a of Object.values(n.states[i].moves??{})){let{to:l}=n.steps[a];
t.has(l)||t.set(l,o+1)}}let s=i=>jt.indexOf(n.states[i].outlook??"unknown");return e.map(i=>i.toSorted(
(o,a)=>s(o)-s(a)))}var st={lost:"lost",can:"open",safe:"safe",unknown:"not known"},C=10,j=8,O=4,E=class{constructor(t){
this.stepper=t;let e=et(t.doc),s=Math.max(...e.map(h=>h.length));this.boxes=new Map,this.places=new Map;
let i=$("svg",{viewBox:[-O,-O,e.length*C+2*O,s*j+2*O].join(" "),preserveAspectRatio:"none",role:"img",
"aria-label":this.inWords(),class:"field"}),o=$("g",{"aria-hidden":"true"});for(let[h,c]of e.entries())
for(let[p,d]of c.entries())o.append(this.box(d,h,p+Math.floor((s-c.length)/2)));i.append(o),this.way=
$("polyline",{class:"way"}),this.here=$("circle",{class:"here",r:5}),i.append(this.way,this.here),i.
addEventListener("click",h=>this.clicked(h));let a=r("p",{class:"legend"},...["lost","can","safe"].map(
h=>r("span",{class:h},this.count(h)))),l=r("p",{class:"caption"},"All that can happen: click a state\
 to go there");this.root=r("div",{class:"chart",role:"group","aria-label":"All that can happen"},l,i,
a)}box(t,e,s){let i=this.stepper.doc.states[t].outlook??"unknown",o=$("rect",{x:e*C+1,y:s*j+1,width:C-
2,height:j-2,class:i,"data-state":t}),a=$("title",{});return a.textContent=`${st[i]}, after at least\
 ${e} step${e===1?"":"s"}`,o.append(a),this.boxes.set(t,o),this.places.set(t,[e*C+C/2,s*j+j/2]),o}count(t){
let{states:e}=this.stepper.doc,s=e.filter(o=>o.outlook===t).length,i=st[t];return`${s.toLocaleString(
"en")} ${i}`}inWords(){let{states:t}=this.stepper.doc,e=["lost","can","safe"].map(s=>this.count(s)).
join(", ");return`${t.length.toLocaleString("en")} states by their depth: ${e}`}clicked(t){let e=t.target instanceof
Element?t.target.getAttribute("data-state"):null,s=e===null?null:tt(this.stepper.run,Number(e));s&&this.
stepper.resume(s,s.length)}draw(){let{run:t}=this.stepper,e=[0,...t.path.slice(0,t.at).map(l=>t.did(
l).to)],s=e.map(l=>this.places.get(l)?.join(",")??"");this.way.setAttribute("points",s.join(" "));let[
i,o]=this.places.get(e[e.length-1])??[0,0];this.here.setAttribute("cx",String(i)),this.here.setAttribute(
"cy",String(o));let a=t.state.outlook??"unknown";this.here.setAttribute("class",u("here",a))}};function $(n,t){
let e=r("div");e.innerHTML="<svg></svg>";let s=document.createElementNS(e.firstElementChild?.namespaceURI??
null,n);for(let[i,o]of Object.entries(t))s.setAttribute(i,String(o));return s}var H=class{constructor(t){this.stepper=t,this.leads=null,this.buttons=t.doc.cpus.map((i,o)=>r("butt\
on",{type:"button",onclick:()=>t.act(()=>t.choose(o))})),this.hint=r("button",{type:"button",class:"\
hint",onclick:()=>t.hint()},"Hint (h)");let e=r("span",{class:"ask"},"Who goes next?"),s={role:"grou\
p","aria-label":"Who goes next?"};this.root=r("div",{class:"choices",...s},e,...this.buttons,this.hint)}draw(){
let{run:t,doc:e,hinted:s,back:i}=this.stepper,{hint:o,outlook:a}=t.state;this.leads=o!=null?this.buttons[o]:
a==="safe"&&t.at>0?i:null;for(let l of[...this.buttons,i])l.classList.toggle("hinted",s&&l===this.leads);
for(let[l,h]of this.buttons.entries()){let{next:c,waits:p}=t.view(l);y(h,t.able(l));let d=c?p?`waits\
: ${p}`:c:"has ended";h.replaceChildren(f(e,l),r("strong",{},e.cpus[l]),r("span",{},d))}y(this.hint,
this.leads!==null&&!s)}focus(){this.leads?.focus()}};function it(n){let t=n.picture();return t?[...t.cursors.map(s=>At(s,t)),...t.moves.map(s=>Lt(s,t,n))]:
[]}function At({cpu:n,avc:t,anon_vma:e},s){let i=s.anon_vmas.find(h=>h.id===e),o=`the list of ${i?.name??
"an anon_vma that is gone"}`;if(!t)return`The walk of ${n} is at the end of ${o}.`;let a=`${(i?.list.
indexOf(t)??-1)+1} of ${i?.list.length}`,l=s.vmas.find(h=>h.id===ot(t,s));return`The walk of ${n} st\
ands at ${l?.name}, ${a} on ${o}.`}function Lt({cpu:n,source:t,destination:e},s,i){let o=new Map(s.vmas.
map(d=>[d.id,d.name])),a=i.view(i.doc.cpus.indexOf(n)).hand,l=a?`The entry ${a}, in the hand of ${n}\
,`:`What ${n} moves`,h=F(i.order,t,e),c=G(i,t,e,s)?", past the walk":"",p=`from ${o.get(t)} to ${o.get(
e)}`;return`${l} goes ${h?"up":"down"}, ${p}${c}.`}var F=(n,t,e)=>n.indexOf(e)<n.indexOf(t);function G(n,t,e,s){
let{order:i,state:o,verdict:a}=n;if(o.outlook==="safe"||a?.outcome==="holds")return!1;let[l,h]=[t,e].
map(c=>i.indexOf(c));return s.cursors.some(({avc:c})=>{let p=c?i.indexOf(ot(c,s)??""):i.length;return h<
l&&p>h&&p<=l})}var ot=(n,t)=>t.avcs.find(e=>e.id===n)?.vma;var Tt="a page is lost",nt={page:["lose the page","the page is lost"],other:["make it fail","it fail\
s"]},N=class{constructor(t){this.stepper=t,this.at=-1,this.number=r("span",{class:"number"}),this.said=
r("p",{class:"said","aria-live":"polite","aria-atomic":"true"}),this.changes=r("p",{class:"changes"}),
this.preempts=r("span",{class:"preempts"});let e=r("div",{class:"words"},this.said,this.changes);this.
root=r("div",{class:"news"},this.number,e,this.preempts),this.verdict=r("p",{class:"verdict"}),t.driving&&
this.verdict.setAttribute("role","status");let s={role:"log",tabindex:"0","aria-label":"console"};this.
console=r("pre",{class:"console",...s});let i=!t.driving&&t.doc.verdict?.outcome!=="fails";this.console.
hidden=i}draw(){let{run:t,doc:e,driving:s}=this.stepper,{step:i,at:o}=t;this.number.textContent=s?`s\
tep ${o}`:`${o} / ${t.path.length}`;let a=s?"Nobody has gone yet. Who goes first?":"Before the first\
 step.",l=t.decisive>0&&o===t.decisive;o!==this.at&&this.said.replaceChildren(),this.at=o,L(this.said,
...i?[f(e,i.cpu)," "]:[],i?i.sentence:a,...l?[" ",r("strong",{class:"fatal"},"From here on it is ine\
vitable.")]:[],r("span",{class:"hidden"},` ${it(t).join(" ")}`));let h=i?.changes.map(g=>r("span",{class:"\
change"},g))??[];this.changes.replaceChildren(...h.length?h:[i?"nothing changes in the picture":" "]),
this.preempts.replaceChildren(...t.preempts(o)?[r("span",{},"preemption")]:[]);let c=t.console();this.
console.classList.toggle("quiet",!c.length),L(this.console,c.join(`
`)||"console: quiet");let[p,d]=s?this.standing():qt(t.verdict);this.verdict.className=`verdict ${p}`,
L(this.verdict,d)}unanswered(t=0){let e=t===1?"1 key waits":`${t} keys wait`;this.said.textContent=t?
`${U} ${e} for it.`:U}standing(){let{state:t,doc:e}=this.stepper.run,s=e.states.every(({end:a})=>a?.
outcome!=="fails"||a.words===Tt),[i,o]=e.states[0].picture&&s?nt.page:nt.other;return t.end?t.end.outcome===
"fails"?["fails",`✗ ${o}: you did it`]:["holds","✓ the end: nothing went wrong"]:{can:["open",`⚠\
 you can still ${i}`],lost:["fails",`✗ now ${o}, whatever happens`],safe:["holds","✓ now it is saf\
e whatever happens"],unknown:["open","? not known: too much may still happen"]}[t.outlook??"unknown"]}};
function qt(n){return n?.outcome==="fails"?["fails",`✗ ${n.words||`fails: ${n.kind}`}`]:n?.outcome===
"holds"?["holds","✓ this run holds"]:["open","… not at its end"]}var _=class{constructor(t){this.panes=t.doc.cpus.map((i,o)=>new K(t,o));let e=Math.min(3,this.panes.
length),s=this.panes.map(i=>i.root);this.stepper=t,this.root=r("div",{class:"panes",style:{"--cpus":e}},
...s),this.others=r("div",{class:"others"},...this.panes.map(i=>i.line))}draw(){let t=this.stepper.doc.
functions.map(e=>e.lines.length);this.root.style.setProperty("--lines",String(Math.max(1,...t)));for(let e of this.
panes)e.draw()}show(){for(let t of this.panes)t.show()}},K=class{constructor(t,e){this.stepper=t,this.
cpu=e,this.name=t.doc.cpus[e],this.shown=null,this.last=[-1,0],this.callers=r("span",{class:"callers",
"aria-hidden":"true"}),this.frames=r("select",{"aria-label":`Stack of ${this.name}`,onchange:()=>this.
pick()}),this.locals=r("p",{class:"locals"});let s={tabindex:"0",role:"group","aria-label":`Source o\
f ${this.name}`};this.code=r("div",{class:"code",...s}),this.next=r("p",{class:"next"}),this.line=r(
"p",{class:"other"});let i=r("strong",{},this.name),o=r("div",{class:"who"},f(t.doc,e),i,this.callers,
this.frames),a={role:"group","aria-label":`CPU ${this.name}`};this.root=r("div",{class:"pane",...a},
o,this.code,r("div",{class:"now-at"},this.next,this.locals))}pick(){this.stepper.frames[this.cpu]=this.
frames.selectedIndex,this.draw()}draw(){let{stepper:t,cpu:e}=this,{run:s,doc:i}=t,o=s.view(e),a=s.step?.
cpu===e?s.step:null,l=Math.min(t.frames[e]??o.shown,o.stack.length-1);this.last=o.stack[l]??a?.place??
this.last;let[h,c]=this.last,p=t.shownCpu===e;this.root.className=u("pane",a&&"acting",p&&"looked",!o.
next&&"ended"),this.drawStack(o.stack,l),this.drawSource(h),this.mark(h,o.stack.length&&o.next?c:0,a?.
place??null),this.show();let d=o.locals??[];this.locals.hidden=!d.length||l!==o.shown,this.locals.replaceChildren(
...d.map(([x,k])=>r("span",{},r("b",{},x),` ${k}`)));let g=o.hand?[r("b",{class:"hand"},`in its hand\
: ${o.hand}`)," "]:[];this.next.replaceChildren(...g,...at(o)),this.next.classList.toggle("waits",!!o.
waits),this.line.hidden=p;let w=(i.functions[h]?.lines[c-1]??"").trim();this.line.replaceChildren(f(
i,e),r("strong",{},this.name),r("code",{},o.next?`${c}  ${w}`:""),r("span",{},...at(o)))}drawStack(t,e){
let{functions:s}=this.stepper.doc,i=t.map(([a])=>s[a].name.replace(/\.__anext__$/,""));this.callers.
textContent=i.slice(0,Math.max(0,e)).map(a=>`${a} › `).join(""),this.frames.hidden=!i.length,(!(i.
length===this.frames.length)||i.some((a,l)=>a!==this.frames.options[l].text))&&this.frames.replaceChildren(
...i.map(a=>r("option",{},a))),this.frames.selectedIndex=e,this.frames.title=t[e]?s[t[e][0]].file:""}drawSource(t){
let e=this.stepper.doc.functions[t];!e||this.shown===t||(this.code.replaceChildren(...e.lines.map((s,i)=>Ot(
s,i+1,e))),this.code.scrollTop=0,this.shown=t)}mark(t,e,s){let i=this.code.children,o=a=>i[Math.min(
a,i.length)-1];for(let a of this.code.querySelectorAll(".now, .done"))a.classList.remove("now","done"),
a.removeAttribute("aria-current");s?.[0]===t&&o(s[1])?.classList.add("done"),e&&(o(e)?.classList.add(
"now"),o(e)?.setAttribute("aria-current","step"))}show(){let{code:t}=this,e=t.querySelector(".now")??
t.querySelector(".done"),s=t.clientHeight;if(!(e instanceof HTMLElement)||!s)return;let i=e.offsetTop,
o=t.firstElementChild?.clientHeight??0;if(!(i<t.scrollTop+o*2)&&i+e.offsetHeight*2<=t.scrollTop+s)return;
let l=t.scrollHeight-s+o,h=z(t,".line:not(.first)").filter(d=>d.offsetTop<=l),c=h.find(d=>d.offsetTop-
o>=i-s/2)??h.at(-1)??e,p=Math.max(c.offsetTop-o,i+e.offsetHeight-s);t.scrollTop=Math.min(p,i-o)}};function at(n){
return n.next?n.waits?[r("b",{},"waits: "),n.waits,` (to ${n.next})`]:[r("b",{},"next: "),n.next]:["\
has ended"]}function Ot(n,t,e){let[s,i]=e.doc,o=e.doc.length>0&&t>=s&&t<=i,a=u("line",o&&"doc",o&&t>
s&&"more",t===1&&"first"),l={"--indent":n.length-n.trimStart().length};return r("div",{class:a},r("s\
pan",{class:"no","aria-hidden":"true"},String(t)),r("code",{style:l},n.trim()||" "))}var Et=10,R=class{constructor(t){this.stepper=t,this.run=t.run,this.world=t.run.world,this.columns=[
...this.world.families.keys()];let e={"--columns":this.columns.length};this.heads=r("div",{class:"he\
ads"}),this.ends=r("div",{class:"ends"}),this.carry=r("span",{class:"carry"}),this.rows=new Map;for(let[
c,p]of this.world.vmas)this.rows.set(c,Ht(c,p));let s=[...this.rows.values()],i=this.columns.map((c,p)=>r(
"span",{class:"thread",style:{"--column":p+1}})),o=this.world.mms.size>1;this.body=r("div",{class:u(
"rows",o&&"families")},...i,...s.map(c=>c.box),this.ends,this.carry);let a=Math.max(1,...s.map(c=>c.
wide));this.strip=r("div",{class:"strip",style:{...e,"--wide":a}});let l=u("grid",this.columns.length===
1&&"single",!this.world.moving&&"still"),h=[...this.world.vmas.values()].map(c=>b(c.end).length);this.
root=r("div",{class:l,tabindex:"0",role:"group","aria-label":"vmas, ptes and lists",style:{...e,"--w\
ide":a,"--digits":Math.max(3,...h)}},this.heads,this.body),this.order=[],this.carried=null}draw(t){let e=Nt(
t,this.run);this.order=this.run.order,this.carried=this.carriedIn(t),this.drawStrip(e),this.heads.replaceChildren(
...this.columns.map((s,i)=>this.head(s,i+1,e)));for(let s of this.rows.values())this.drawRow(s,e);this.
ends.replaceChildren(...this.columns.map((s,i)=>r("span",{class:"end",style:{"--column":i+1}},...t.cursors.
filter(o=>o.anon_vma===s&&o.avc==null).map(o=>this.cursor(o))))),this.place()}carriedIn(t){let[e]=t.
moves,s=this.rows.get(e?.source??""),i=this.rows.get(e?.destination??"");if(!s||!i)return null;let{source:o,
destination:a,cpu:l}=e,h=F(this.order,o,a),c=G(this.run,o,a,t),{hand:p=""}=this.run.view(this.run.doc.
cpus.indexOf(l));return{from:s,to:i,up:h,past:c,hand:p}}cursor(t){return r("span",{class:"cursor"},f(
this.run.doc,t.cpu),r("span",{},"walk"))}place(){if(!this.order.length)return;let{line:t,gap:e,end:s}=this.
stepper.measures,i=0;for(let o of this.order){let a=this.rows.get(o);if(!a)continue;let l=a.lines*t;
a.box.style.height=`${l}px`,a.box.style.transform=`translateY(${i}px)`,a.middle=i+l/2,i+=l+e}this.placeCarry(),
this.ends.style.transform=`translateY(${i}px)`,this.body.style.height=`${i+(this.columns.length?s:0)}\
px`}placeCarry(){let{carried:t,carry:e}=this;if(e.hidden=!t,!t)return;let{from:s,to:i,up:o,past:a,hand:l}=t,
h=o?"up":"down";e.className=`carry ${h}`,e.style.top=`${Math.min(s.middle,i.middle)}px`,e.style.height=
`${Math.abs(s.middle-i.middle)}px`;let p=this.columns.length>1||this.stepper.isHall?[h]:[`goes ${h}`,
a?"past the walk":""],d=r("i",{class:"hand",title:"in no slot"},r("small",{},"in hand"),l),g=r("span",
{},...p.map(w=>r("b",{},w)));e.replaceChildren(l?d:g)}lock(t,e,s){let i=t.locks.get(e),{owners:o=[],
waiters:a=[]}=i??{},l=o.length>0,h=a.length?`, ${a.join(", ")} waits`:"",c=i?(l?`held by ${o.join(",\
 ")}`:"free")+h:"is gone",p=u("lock",l&&"held",t.changed.has(e)&&"changed",!i&&"gone"),{doc:d}=this.
run;return r("span",{class:p,title:`${i?.label??s}: ${c}`},r("span",{class:"label"},s),...l?o.map(g=>f(
d,g)):[r("span",{class:"free"},i?"free":"–")],a.length>0&&r("span",{class:"waiters"},"◂",r("span",
{class:"word"},"waits"),...a.map(g=>f(d,g))),r("span",{class:"hidden"},` ${c}`))}drawStrip(t){let e=[
...this.world.locks.values()].filter(({used:o,kind:a})=>o&&(a==="mmap_sem"||a==="page_table_lock")),
s=[...this.world.pages.values()].filter(o=>o.busy),i=s.some(o=>this.world.locks.get(o.id)?.waited);this.
strip.classList.toggle("waited",i),this.strip.replaceChildren(...e.map(o=>this.lock(t,o.id,o.name)),
...s.map(o=>this.page(o,t)))}page(t,e){let s=e.pages.get(t.id),{doc:i}=this.run,o=u("pageframe",!s&&
"gone",e.changed.has(t.id)&&"changed"),a=e.locks.get(t.id)?.waiters??[];return r("span",{class:o},r(
"span",{class:"label"},`page ${v(t.pfn)}`),r("span",{},s?`maps ${s.mapcount} · refs ${s.count}`:"fr\
ee"),s?.locked&&r("span",{class:"waiters"},"locked",f(i,s.locked)),...a.map(l=>r("span",{class:"wait\
ers"},"◂ waits",f(i,l))))}head(t,e,s){let i=s.families.get(t),o=this.world.families.get(t)??i,a=[...this.
world.locks.values()].find(c=>c.kind==="mutex"&&c.guards===t),l=this.world.families.get(o?.root??"")?.
name??"?",h=u("family",!i&&"gone",s.changed.has(t)&&"changed");return r("span",{class:h,style:{"--co\
lumn":e}},r("span",{class:"name"},r("strong",{},o?.name),i?.root===t?" root":""),a?this.lock(s,a.id,
"mutex"):r("span",{class:"rootless"},`root ${l}`))}drawRow(t,e){let{id:s,addresses:i}=t,o=e.vmas.get(
s),a=this.world.vmas.get(s),l=e.roles[s],h=o?.inserted?o.cells:[],c=new Map(h.map(m=>[m.address,m])),
d=[...new Set(h.map(m=>m.table??""))].flatMap(m=>e.tables.get(m)?.lock??[]),g=this.world.mms.size>1?
`${this.world.mms.get(a?.mm??"")?.name}: `:"",w=u("row",l,!o?.inserted&&"gone",e.changed.has(s)&&"ch\
anged");t.box.className=w;let x=this.columns.map((m,xt)=>this.knot(t,m,xt+1,e)),k=x.findIndex(Boolean);
t.box.replaceChildren(r("span",{class:"card"},r("span",{class:"letter"},g,r("strong",{},o?.name??a?.
name)),r("span",{class:"role"},l??""),this.bounds(s,o,e),r("span",{class:"cells"},...i.map(m=>_t(c.get(
m),m,s,e))),r("span",{class:"ptls"},...d.map(m=>this.lock(e,m,"ptl")))),k<0?"":r("span",{class:"link",
style:{"--column":k+1}}),...x.filter(m=>m!==null))}bounds(t,e,s){let i=e?"not mapped":this.run.gone(
t)?"gone":"not yet",o=u("bounds",s.changed.has(`${t} bounds`)&&"changed"),a=e?`pgoff ${e.pgoff.toString(
16)} ${e.perms}`:"";return r("span",{class:o},e?.inserted?T(e):i,r("small",{},a))}knot(t,e,s,i){let a=i.
families.get(e)?.list??[],l=a.findIndex(x=>i.avcs.get(x)?.vma===t.id),h=[...i.avcs.values()].find(x=>x.
vma===t.id&&x.anon_vma===e),c=a[l]??(i.vmas.has(t.id)?h?.id:null);if(!c)return null;let p=l>=0,d=u("\
knot",!p&&"loose",i.changed.has(c)&&"changed"),g=`avc of ${i.vmas.get(t.id)?.name} in ${this.world.families.
get(e)?.name}`,w=i.picture.cursors.filter(x=>x.avc===c);return r("span",{class:u("crossing",w.length>
0&&"walked"),style:{"--column":s}},r("span",{class:d,title:g},p?String(l+1):"–"),...w.map(x=>this.
cursor(x)))}};function Ht(n,t){let e=[...t.addresses].sort((o,a)=>o-a),s=Math.ceil(e.length/Et)||1,i=Math.
ceil(e.length/s)||1;return{id:n,addresses:e,wide:i,lines:s,box:r("div",{class:"row"}),middle:0}}function Nt(n,t){
let e=s=>new Map(s.map(i=>[i.id,i]));return{vmas:e(n.vmas),avcs:e(n.avcs),families:e(n.anon_vmas),locks:e(
n.locks),pages:e(n.pages),tables:e(n.tables),picture:n,roles:t.roles,changed:new Set(t.step?.ids??[])}}
function _t(n,t,e,s){let i=r("small",{},b(t));if(!n)return r("span",{class:"cell outside"},i,r("span",
{}," "));let o=s.pages.get(n.page??""),a=n.kind==="migration"&&!o?.locked,l=s.families.get(o?.mapping??
"")?.name??"",h=v(n.pfn),[c,p,d]={none:["none","","none"],zero:["zero","","zero page"],present:[h,n.
write?l:`r ${l}`,`page ${h}, of anon_vma ${l}`],migration:[a?`✗${h}`:h,"mig",`migration entry for \
page ${h}`]}[n.kind],g=s.changed.has(`${e} ${t}`)&&"changed",w=a?", which is unlocked":n.kind==="pre\
sent"&&!n.write?", read-only":"";return r("span",{class:u("cell",n.kind,a&&"stale",g),title:`pte ${b(
t)}: ${d}${w}`},i,r("span",{},c,p&&r("em",{},` ${p}`)))}function rt(n,t){let e=new Map(t.avcs.map(a=>[a.id,a.vma])),s=a=>t.anon_vmas.map(l=>[l.name,l.list.findIndex(
h=>e.get(h)===a.id)+1]).filter(([,l])=>l).map(([l,h])=>`${l}, place ${h}`).join("; "),i=a=>t.cursors.
filter(l=>l.avc&&e.get(l.avc)===a.id).map(l=>l.cpu).join(", "),o=t.locks.filter(a=>n.world.locks.get(
a.id)?.used);return r("div",{},J(["vma","role","pages","pgoff","ptes","lists","walk stands here"],t.
vmas.map(a=>[a.name,n.roles[a.id]??"–",T(a),a.pgoff.toString(16),a.cells.map(Rt).join(", "),s(a)||
"–",i(a)||"–"])),J(["page","mapped","references","locked by"],t.pages.map(a=>[v(a.pfn),String(a.
mapcount),String(a.count),a.locked??"nobody"])),J(["lock","held by","waiting"],o.map(a=>[a.label??a.
name,a.owners.join(", ")||"nobody",a.waiters.join(", ")||"nobody"])))}function Rt(n){let t={none:"no\
ne",zero:"zero page",present:`page ${v(n.pfn)}`,migration:`migration entry for page ${v(n.pfn)}`}[n.
kind];return`${b(n.address)}: ${t}`}function J(n,t){let e=n.map(i=>r("th",{scope:"col"},i)),s=t.map(
([i,...o])=>r("tr",{},r("th",{scope:"row"},i),...o.map(a=>r("td",{},a))));return r("table",{},r("the\
ad",{},r("tr",{},...e)),r("tbody",{},...s))}var P=class{grid;table;values;constructor(t){this.stepper=t,this.tabular=!1,this.root=r("div",{class:"\
state"}),this.build()}build(){let t=!this.stepper.doc.states[0].picture,e={role:"group","aria-label":"\
The state as a table"};this.table=r("div",{class:"table",tabindex:"0",...e,hidden:!0}),this.grid=t?null:
new R(this.stepper),this.values=r("div",{class:"strip",hidden:!t});let s=this.grid?[this.grid.root,this.
grid.strip]:[this.values];this.root.replaceChildren(...s,this.table),this.root.classList.toggle("pla\
in",t)}draw(){let{run:t}=this.stepper,e=t.picture();if(!e||!this.grid)return this.drawValues();this.
grid.root.hidden=this.tabular,this.grid.strip.hidden=this.tabular,this.table.hidden=!this.tabular,this.
tabular&&this.table.replaceChildren(rt(t,e)),this.grid.draw(e)}place(){this.grid?.place()}drawValues(){
let{run:t,doc:e}=this.stepper,s=new Set(t.step?.ids??[]),{values:i,locks:o}=t.variables,a=c=>r("span",
{class:"label"},c),l=(c,p)=>u(c,s.has(p)&&"changed"),h=()=>r("span",{class:"free"},"free");this.values.
replaceChildren(...[...i].map(([c,p])=>r("span",{class:l("variable",c)},a(c),r("code",{},p))),...[...o].
map(([c,p])=>{let d=p==null?"lock":"lock held",g=p==null?h():f(e,p);return r("span",{class:l(d,c)},a(
c),g)}))}};var lt=40,I=class{columns=lt;drawn=0;ticks=[];track;scroll;constructor(t){this.stepper=t,this.root=r(
"div",{class:"timeline"}),this.marker=r("span",{class:"marker"}),this.build()}build(){let{run:t,doc:e}=this.
stepper,s={"--lanes":e.cpus.length};this.columns=Math.max(t.path.length,e.drive?e.drive.longest??lt:
1),this.drawn=0,this.ticks=t.path.map((l,h)=>Pt(t.did(l),h));let i=t.path.flatMap((l,h)=>t.preempts(
h+1)?[It(h)]:[]);this.track=r("div",{class:"track",role:"slider",tabindex:"0","aria-label":"Step","a\
ria-valuemin":0,"aria-valuemax":t.path.length,style:{"--steps":this.columns,...s},onpointerdown:l=>{
this.pointed(l),this.track.setPointerCapture(l.pointerId)},onpointermove:l=>{l.buttons&&this.pointed(
l)}},...i,...this.ticks,t.decisive?Bt(t.decisive):null,this.marker),this.scroll=r("div",{class:"scro\
ll"},this.track);let o=e.cpus.map((l,h)=>r("span",{class:"lane",style:{"grid-row":h+2}},f(e,h),r("sp\
an",{},l))),a={"aria-hidden":"true",style:s};this.root.replaceChildren(r("div",{class:"lanes",...a},
...o),this.scroll)}pointed(t){let e=this.track.getBoundingClientRect();this.stepper.play(!1),this.stepper.
go(Math.ceil((t.clientX-e.left)/e.width*this.columns))}draw(){let{at:t,path:e}=this.stepper.run;for(let o=Math.
max(0,Math.min(this.drawn,t)-1);o<Math.max(this.drawn,t);o++)this.ticks[o]?.classList.toggle("past",
o<t),this.ticks[o]?.classList.toggle("current",o===t-1);this.drawn=t,this.marker.style.gridColumn=String(
Math.max(1,t)),this.marker.classList.toggle("before",t===0),this.marker.textContent=String(t),this.track.
setAttribute("aria-valuenow",String(t)),this.track.setAttribute("aria-valuetext",`step ${t} of ${e.length}`);
let{scroll:s}=this,i=t/this.columns*this.track.scrollWidth;(i<s.scrollLeft+40||i>s.scrollLeft+s.clientWidth-
40)&&(s.scrollLeft=i-s.clientWidth/2)}};function Pt(n,t){let e=n.findings.length>0,s={"grid-column":t+
1,"grid-row":n.cpu+2},i=`${t+1}: ${n.sentence}`,o=u("tick",e&&"wrong");return r("span",{class:o,title:i,
style:s},e?"✗":"")}var It=n=>r("span",{class:"break",title:"preemption",style:{"grid-column":n+1}}),
Bt=n=>r("span",{class:"decisive",title:"from here on the failure is inevitable",style:{"grid-column":n}},
"✗");var B=class{constructor(t,e){this.buttons={};let s=e.map(([h,c,p,d,g])=>(this.buttons[h]=M(p?`${d} (${p}\
)`:d,c,g),this.buttons[h])),i=Dt(t.driving).map(([h,c])=>r("div",{},r("dt",{},h),r("dd",{},c))),o="Δ\
 changed in this step · dashed line: preemption, the CPU before could have gone on · mig: migration \
entry · ◂ waits",a={class:"tools",role:"group","aria-label":"More"};this.root=r("div",{class:"mor\
e",hidden:!0},r("div",a,...s),r("dl",{},...i),r("p",{},o));let l={class:"opener","aria-expanded":"fa\
lse"};this.opener=M("More: views, sizes, keys (?)","more",()=>this.toggle(),l)}toggle(t=this.root.hidden){
!t&&this.root.querySelector(":focus")&&this.opener.focus(),this.root.hidden=!t,this.opener.setAttribute(
"aria-expanded",String(t))}press(t,e){this.buttons[t]?.setAttribute("aria-pressed",String(e))}};function Dt(n){
return[["→ ←",n?"the same CPU again, or redo; a step back":"a step on, a step back"],["↑ ↓",
"to the previous or next preemption"],["Home End","to the start, to the end"],...n?[["1 … 9","this\
 CPU goes next"],["h","a hint"]]:[["space","play, pause"],["1 … 9","look at this CPU"]],["?","this"],
["Esc","give the keys back"]]}var D=class{constructor(t){this.stepper=t;let e={tabindex:"0",role:"group","aria-label":"The run in \
turns"};this.root=r("div",{class:"turns",...e,hidden:!0})}draw(){if(this.root.hidden)return;let t=this.
root.querySelector(":focus");this.fill();let e=this.root.querySelector(".now button");t&&!t.isConnected&&
(e??this.root).focus()}fill(){let{run:t,doc:e}=this.stepper;if(!e.beside||this.stepper.driving){this.
root.replaceChildren(this.column("",t.path,0,t.path.length));return}let{parts:s,run:i,verdict:o}=e.beside,
a=r("div",{class:"ways"},this.column(ht(e.verdict),e.run,s,e.run.length),this.column(ht(o),i,s,i.length)),
l=this.column("Both runs begin like this",e.run,0,s);this.root.replaceChildren(l,r("p",{class:"part"},
`After step ${s} they part.`),a)}column(t,e,s,i){let{run:o}=this.stepper,a=String(e.slice(0,i))===String(
o.path.slice(0,i)),l=Wt(o,e.slice(0,i),s).map(c=>this.row(c,e,a)),h=t&&r("caption",{},t);return r("t\
able",{},h,r("tbody",{},...l))}row(t,e,s){let{stepper:i}=this,{at:o}=i.run,a=s&&o>=t.from&&o<=t.to,l=t.
from===t.to?`${t.from}`:`${t.from}–${t.to}`,h=()=>{i.resume(e,t.to),this.draw()},c=r("button",{type:"\
button","aria-label":`To step ${t.to}`,onclick:h},l);return r("tr",{class:u(a&&"now"),"aria-current":a?
"step":null},r("th",{scope:"row"},c),r("td",{},f(i.doc,t.cpu),` ${i.doc.cpus[t.cpu]}`),r("td",{},t.said.
join("; ")||"changes nothing"))}};function ht(n){return n?.outcome==="fails"?`✗ ${n.words}`:n?.outcome===
"holds"?"✓ this run holds":"… not at its end"}function Wt(n,t,e=0){let s=[];for(let[i,o]of t.entries()){
if(i<e)continue;let a=n.did(o),{cpu:l}=a,h=s.at(-1);h?.cpu!==l&&(h={cpu:l,from:i+1,to:i+1,said:[]},s.
push(h)),h.to=i+1,Vt(n,a)&&h.said.push(a.said)}return s}function Vt(n,{ids:t,findings:e}){let{locks:s,
pages:i}=n.world;return e.length>0||t.some(o=>!s.has(o)||i.has(o))}var ct=`:host{display:block}*{box-sizing:border-box}.stepper{--fs: 14px;--code: 13px;--small: 11px;-\
-line: 46;--gap: 6;--end: 30;--col: 116px;--tick: 16px;--carry: 34px;--walk: 64px;--cell: 44px;--car\
d: 376px;--bg: var(--jp-layout-color1, #ffffff);--ink: var(--jp-content-font-color0, #111111);--quie\
t: #555555;--rule: #c9c9c9;--sunk: #f4f4f2;--now: #e2e2de;--chip: #ffffff;--good: #00694d;--bad: #9c\
3d00;--ring: #009e73;--thread: #0072b2;--source: #e69f00;--destination: #56b4e9;--migration: #f0e442\
;--present: #e6e6e6;--cursor: #cc79a7;--lost: #d55e00;--focus: #0072b2;font:var(--fs) / 1.35 "Helvet\
ica Neue",Helvetica,Arial,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--bg);position:re\
lative;display:flex;flex-direction:column;gap:8px;padding:8px 12px;border:1px solid var(--rule);bord\
er-radius:6px;height:var(--stepper-height, clamp(580px, 82vh, 900px));container-type:inline-size;tex\
t-align:left}.stepper[data-theme=dark]{--bg: var(--jp-layout-color1, #111111);--ink: var(--jp-conten\
t-font-color0, #f2f2f2);--quiet: #b9b9b9;--rule: #555555;--sunk: #1e1e1e;--now: #3a3a3a;--chip: #1a1\
a1a;--good: #5fd0ac;--bad: #ff9d5c;--ring: #35c79c;--thread: #56b4e9;--focus: #56b4e9}.stepper.page{\
height:var(--page-height, 100vh);min-height:540px;border:0;border-radius:0}.stepper:focus-visible,bu\
tton:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--focus);outline-offset:1px}.stepp\
er:focus:not(.page){outline:3px solid var(--focus);outline-offset:-3px}.stepper.page:focus-visible{o\
utline-offset:-3px}p,dl,pre{margin:0}button{font:inherit;color:inherit;background:var(--chip);border\
:1px solid var(--quiet);border-radius:6px;min-width:44px;min-height:44px;padding:0 8px;cursor:pointe\
r}button:hover:not([aria-disabled=true]){background:var(--now)}button[aria-disabled=true]{color:var(\
--quiet);border-style:dashed;border-color:var(--rule);cursor:default}button[aria-pressed=true]{backg\
round:var(--ink);color:var(--bg)}code,pre,.bounds{font-family:DejaVu Sans Mono,Menlo,Consolas,Courie\
r New,monospace}.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
white-space:nowrap}[hidden]{display:none!important}.badge{display:inline-flex;align-items:center;jus\
tify-content:center;width:1.5em;height:1.5em;flex:none;background:var(--ink);color:var(--bg);font-we\
ight:700;font-family:inherit;font-size:.93em;line-height:1;vertical-align:middle}.badge.round{border\
-radius:50%;background:var(--bg);color:var(--ink);border:2.5px solid var(--ink)}.badge.diamond{trans\
form:rotate(45deg) scale(.85)}.badge.diamond>span{transform:rotate(-45deg)}.badge.hexagon{clip-path:\
polygon(25% 0,75% 0,100% 50%,75% 100%,25% 100%,0 50%)}.head{display:flex;align-items:center;gap:12px\
;flex:none}.title{flex:1;font-size:1.15em;font-weight:700;margin:0;overflow:hidden;text-overflow:ell\
ipsis;white-space:nowrap}.tools{display:flex;flex-wrap:wrap;gap:4px;margin-bottom:10px}.more{positio\
n:absolute;z-index:5;top:58px;right:12px;max-width:min(46em,calc(100% - 24px));max-height:calc(100% \
- 70px);overflow:auto;background:var(--sunk);border:2px solid var(--ink);border-radius:6px;padding:1\
2px 16px}.more dl{display:flex;flex-wrap:wrap;gap:4px 24px}.more dl div{display:flex;gap:8px}.more d\
t{font-weight:700}.more dd{margin:0}.more p{margin-top:6px;color:var(--quiet)}.verdict{font-weight:7\
00;padding:6px 12px;border:3px solid var(--quiet);border-radius:6px;white-space:nowrap}.verdict.fail\
s{border-color:var(--lost)}.verdict.holds{border-color:var(--ring)}.verdict.open{border-style:dashed\
}.news{display:flex;gap:14px;align-items:flex-start;flex:none;height:3.2em;overflow:hidden}.number{f\
ont-weight:700;font-variant-numeric:tabular-nums;min-width:4.6em;font-size:1.25em;padding-top:1px}.w\
ords{flex:1;min-width:0}.said{font-size:1.15em;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-\
orient:vertical;overflow:hidden}.said .badge{font-size:.8em;margin-right:2px}.fatal{color:var(--bad)\
}.changes{color:var(--quiet);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.change{margi\
n-right:10px}.change:before{content:"\\394  ";color:var(--good);font-weight:700}.preempts span{border\
-left:3px dashed var(--ink);padding-left:6px;font-weight:700;white-space:nowrap}.panes{flex:1 1 0;mi\
n-width:0;display:grid;grid-template-columns:repeat(var(--cpus),minmax(0,1fr));gap:10px}.work{flex:1\
 1 0;min-height:118px;display:var(--aside, flex);gap:10px}.chart{flex:0 0 340px;display:flex;flex-di\
rection:column;min-width:0;border:2px solid var(--rule);border-radius:6px;overflow:hidden}.stepper:n\
ot(.hall).mapped .chart,.stepper.hall:not(.mapped) .chart{display:none}.chart .caption{padding:6px 1\
0px;font-weight:700}.chart .field{flex:1 1 0;min-height:60px;width:100%;cursor:pointer}.chart rect{f\
ill:var(--present);stroke:#767676;stroke-width:1;vector-effect:non-scaling-stroke}.chart rect.lost{f\
ill:var(--lost)}.chart rect.safe{fill:var(--ring)}.chart rect:hover{stroke:var(--ink);stroke-width:3\
}.way{fill:none;stroke:var(--ink);stroke-width:3;vector-effect:non-scaling-stroke;pointer-events:non\
e}.here{fill:var(--bg);stroke:var(--ink);stroke-width:3;vector-effect:non-scaling-stroke;pointer-eve\
nts:none}.legend{display:flex;flex-wrap:wrap;gap:2px 14px;padding:4px 10px;font-size:.92em}.legend s\
pan:before{content:"";display:inline-block;width:11px;height:11px;margin-right:5px;border:1px solid \
#767676;background:var(--present)}.legend .lost:before{background:var(--lost)}.legend .safe:before{b\
ackground:var(--ring)}.turns{flex:1 1 0;min-height:150px;overflow:auto}.glance .work,.glance .others\
{display:none}.turns table{width:100%;border-collapse:collapse}.turns caption{padding:4px 0;font-wei\
ght:700;text-align:left}.turns td,.turns th{padding:2px 8px;vertical-align:middle}.turns th{width:5e\
m}.turns td:nth-child(2){white-space:nowrap;width:1%}.turns button{white-space:nowrap;width:100%;min\
-height:32px;font-variant-numeric:tabular-nums}.turns .now{background:var(--now)}.part{padding:8px 0\
;font-weight:700}.ways{display:grid;grid-template-columns:1fr 1fr;gap:12px;align-items:start}b.hand{\
padding:1px 6px;border:1.5px solid #000;border-radius:3px;background:var(--migration);color:#000}.pa\
ne{display:flex;flex-direction:column;min-height:0;min-width:0;border:2px solid var(--rule);border-r\
adius:6px;overflow:hidden}.pane.acting{border-color:var(--ink)}.who{min-height:36px;display:flex;ali\
gn-items:center;gap:8px;padding-left:10px;flex:none}.who strong{font-size:1.1em;white-space:nowrap}s\
trong,.label,.title,.lane,select{unicode-bidi:isolate}.callers{flex:1 1 0;min-width:0;display:flex;j\
ustify-content:flex-end;overflow:hidden;mask-image:linear-gradient(to right,transparent,#000 2em);wh\
ite-space:nowrap;color:var(--quiet);font:calc(var(--code) - 1px) "DejaVu Sans Mono",Menlo,Consolas,m\
onospace}select{flex:0 1 auto;min-width:0;min-height:36px;max-width:60%;margin-right:6px;font:700 ca\
lc(var(--code) - 1px) "DejaVu Sans Mono",Menlo,Consolas,monospace;color:inherit;background:var(--chi\
p);border:0;box-shadow:inset 0 -3px var(--ink)}.locals{flex:1 1 0;min-width:0;padding:4px 10px;overf\
low:hidden;text-overflow:ellipsis;white-space:nowrap;text-align:right;font-size:var(--code);color:va\
r(--quiet)}.locals span{margin-left:1.2em}.locals b{color:var(--ink)}.now-at{flex:none;display:flex;\
min-height:2.1em;border-top:1px solid var(--rule)}.line.more{display:none}.code{flex:1 1 calc(var(--\
lines) * 1.5 * var(--code) + 6px);overflow-y:auto;background:var(--sunk);position:relative;padding:2\
px 0}.line{display:flex;font-size:var(--code);line-height:1.5;border-left:5px solid transparent}.lin\
e .no{position:relative;flex:none;width:3.3em;text-align:right;color:var(--quiet);padding-right:.9em\
;font-family:DejaVu Sans Mono,Menlo,Consolas,monospace;user-select:none}.line code{flex:1;min-width:\
0;padding-left:calc((var(--indent) + 6) * 1ch);text-indent:-6ch;white-space:pre-wrap;overflow-wrap:a\
nywhere;padding-right:6px;font-size:1em}.line.first{position:sticky;top:-2px;background:var(--sunk);\
box-shadow:0 1px var(--rule);z-index:1}.line.first code,.line.doc code{white-space:nowrap;overflow:h\
idden;text-overflow:ellipsis}.line.doc code{color:var(--quiet)}.line.done{border-left:5px double var\
(--quiet)}.line.done .no:before{content:"\\2713";position:absolute;left:2px;color:var(--ink)}.line.no\
w{background:var(--now);border-left-color:var(--ink);font-weight:700}.line.now .no{color:var(--ink)}\
.line.now .no:before{content:"\\25b6";position:absolute;left:2px}.next{flex:0 1 auto;min-width:40%;pa\
dding:4px 10px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.next.waits{border-left:5px\
 dotted var(--ink)}.others,.many .pane{display:none}.many .pane.looked{display:flex;flex:1}.many .pa\
nes{display:flex}.many:not(.glance) .others{display:block;flex:0 2 auto;min-height:60px;max-height:8\
em;overflow:auto}.many .other{display:flex;align-items:center;gap:8px;white-space:nowrap}.choices{di\
splay:flex;gap:8px;align-items:stretch;flex:none}.choices .ask{align-self:center;font-weight:700}.ch\
oices button{display:flex;align-items:center;gap:8px;flex:1 1 0;min-width:0;border-width:2px;border-\
color:var(--ink);text-align:left}.choices button[aria-disabled=true]{border-color:var(--rule)}.choic\
es button>span:last-child{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overf\
low:hidden;line-height:1.1}.choices .hint{flex:0 0 auto;border-width:1px}button.hinted{outline:4px s\
olid var(--ring);outline-offset:1px}.choices button.hinted:after{content:"\\25c0  hint";font-weight:7\
00;margin-left:auto;white-space:nowrap}.pane,.code,.timeline,.news{contain:content}.grid{contain:lay\
out style}.state{flex:0 1 auto;min-height:100px;max-height:48%;overflow:auto;padding:10px 4px 3px 2p\
x;margin-top:-6px;display:flex;flex-wrap:wrap;gap:6px 24px;align-items:flex-start}.grid{position:rel\
ative;--slot: max(var(--cell), calc(var(--digits, 3) * .6 * var(--small) + 5px));--ends: max(0px, (v\
ar(--digits, 3) - 5) * 1.25em);--least: calc( var(--columns) * var(--col) + var(--carry) + var(--wid\
e) * (var(--slot) + 3px) + var(--card) + var(--ends) + var(--walk) );flex:1 1 var(--least);min-width\
:var(--least);max-width:calc(var(--columns) * var(--col) + var(--carry) + var(--wide) * max(63px,var\
(--slot) + 3px) + var(--card) + var(--ends) + var(--walk))}.state.plain{min-height:44px}.stepper:not\
(.page,.deck,.hall):has(.state.plain){height:auto;max-height:var(--stepper-height, clamp(580px, 82vh\
, 900px))}.stepper:not(.page,.deck,.hall):has(.state.plain) :is(.work,.turns){flex:0 1 auto}.state.p\
lain~.work:has(.chart){min-height:240px}.strip{flex:1 1 230px;display:var(--aside, flex);flex-wrap:w\
rap;gap:6px 8px;align-items:flex-start;align-content:flex-start}.grid>*{margin-right:var(--walk)}.he\
ads{position:relative;height:46px}.family{position:absolute;top:0;right:calc((var(--column) - 1) * v\
ar(--col));width:calc(var(--col) - 6px);height:44px;border:1.5px solid var(--ink);border-radius:6px;\
display:flex;flex-direction:column;align-items:center;justify-content:center;background:var(--chip);\
line-height:1.2}.family .name{font-size:.95em}.family .lock{padding:0;gap:3px;min-height:20px;backgr\
ound:none;outline:none}.family .lock,.family .lock.held{border:0}.rootless{color:var(--quiet);font-s\
ize:.85em}.lock,.pageframe,.variable{position:relative;display:var(--aside, inline-flex);align-items\
:center;gap:5px;border:1.5px dashed var(--rule);border-radius:5px;padding:1px 7px;background:var(--c\
hip);font-size:.92em;white-space:nowrap;min-height:26px}.lock.held{border:2px solid var(--ink)}.lock\
 .badge,.pageframe .badge,.variable .badge{font-size:.78em}.pageframe,.variable{border-style:solid}.\
label{font-weight:700}.lock:not(.held) .label{font-weight:400}.free{color:var(--quiet)}.waiters{disp\
lay:inline-flex;align-items:center;gap:3px}:is(.family,.ptls) .word{display:none}.rows{position:rela\
tive;margin-top:6px}.thread{position:absolute;top:-8px;bottom:6px;right:calc((var(--column) - 1) * v\
ar(--col) + var(--col) / 2 + 2px);border-left:3px dashed var(--thread)}.thread:after{content:"";posi\
tion:absolute;bottom:-6px;left:-7.5px;border:6px solid transparent;border-top:9px solid var(--thread\
);border-bottom:0}.row{position:absolute;left:0;right:0;top:0;transition:transform .18s}.ends{positi\
on:absolute;left:0;right:0;top:0;height:26px}.card{position:absolute;inset:0 calc(var(--columns) * v\
ar(--col) + var(--carry)) 0 0;display:flex;align-items:center;gap:10px;border:1.5px solid var(--ink)\
;border-radius:6px;background:var(--chip);padding-right:6px;overflow:clip;overflow-clip-margin:14px}\
.letter{flex:none;align-self:stretch;display:flex;align-items:center;justify-content:center;min-widt\
h:2.4em;padding:0 8px;gap:4px;background:var(--present);color:#000;font-size:1.1em}.grid:has(.famili\
es){--card: 430px;--cell: 52px}.hall .grid:has(.families){--card: 420px;--col: 116px}.hall .families\
 .bounds{display:none}.families .letter{min-width:4.9em}.source .letter{background:var(--source);bor\
der-right:3px double #000}.destination .letter{background:var(--destination);border-right:3px solid \
#000}.role{flex:none;width:6.3em;font-weight:700}.bounds{flex:none;width:max(10.5em,calc((2 * var(--\
digits, 3) + 4) * .61em));line-height:1.25;font-size:.95em;white-space:nowrap}.bounds small{display:\
var(--aside, block);font-size:var(--small);color:var(--quiet)}.cells{display:grid;grid-template-colu\
mns:repeat(var(--wide),minmax(var(--slot),60px));gap:3px;flex:0 1 calc(var(--wide) * 63px);min-width\
:min-content}.cell{position:relative;display:flex;flex-direction:column;justify-content:center;text-\
align:center;border:1.5px solid #000;color:#000;line-height:1.15;height:calc(var(--line) * 1px - 8px\
);border-radius:3px}.cell small{font-size:var(--small)}.cell>span{font-weight:700;font-family:DejaVu\
 Sans Mono,Menlo,Consolas,monospace;white-space:nowrap}em{font-style:normal;font-weight:400;font-siz\
e:max(var(--small),.86em)}.cell.none{background:none;border:1.5px dashed var(--quiet);color:var(--qu\
iet)}.cell.none>span{font-weight:400}.cell.present{background:var(--present)}.cell.zero{background:v\
ar(--present);border-style:double;border-width:3px}.cell.migration{background:var(--migration);borde\
r-width:3px}.cell.stale{background:var(--lost);border-style:dashed}.cell.outside{border:1px dotted v\
ar(--rule);color:var(--quiet);background:none}.carry{position:absolute;right:calc(var(--columns) * v\
ar(--col) + var(--carry) / 2 - 4px);border-left:8px solid;width:0;z-index:1;pointer-events:none}.car\
ry:before{content:"";position:absolute;left:-18px;border:14px solid transparent}.carry.up{color:var(\
--lost)}.carry.up:before{top:-8px;border-bottom:18px solid;border-top:0}.carry.down{color:var(--ring\
)}.carry.down:before{bottom:-8px;border-top:18px solid;border-bottom:0}.carry span{position:absolute\
;top:50%;left:-4px;transform:translate(-50%,-50%);background:var(--bg);color:var(--ink);font-size:.8\
5em;line-height:1.1;text-align:center;padding:0 3px}.stepper:not(.hall) .grid.single{--carry: 96px}.\
hall .grid{max-width:none}.carry b{display:block;white-space:nowrap}.carry .hand{position:absolute;t\
op:50%;left:-4px;transform:translate(-50%,-50%);padding:4px 8px;border:3px solid #000;border-radius:\
3px;background:var(--migration);color:#000;font:700 1em DejaVu Sans Mono,Menlo,Consolas,monospace;wh\
ite-space:nowrap}.carry .hand small{display:block;font:400 var(--small) / 1.1 sans-serif}.row.gone .\
card{border:1.5px dotted var(--quiet);color:var(--quiet)}.row.gone .letter{background:none;color:inh\
erit;border-right:1px dotted var(--quiet)}.gone{color:var(--quiet)}.family.gone,.pageframe.gone,.loc\
k.gone{border-style:dotted;border-color:var(--quiet)}.link{position:absolute;top:50%;left:calc(100% \
- var(--columns) * var(--col) - var(--carry));right:calc((var(--column) - 1) * var(--col) + var(--co\
l) / 2);border-top:2px solid var(--ink)}.crossing{position:absolute;top:calc(50% - 15px);right:calc(\
(var(--column) - 1) * var(--col) + var(--col) / 2 - 12px);height:30px;display:flex;align-items:cente\
r}.knot{width:30px;height:30px;border-radius:50%;border:2px solid var(--ink);background:var(--bg);di\
splay:flex;align-items:center;justify-content:center;font-weight:700;position:relative}.knot.loose{b\
order-style:dashed}.cursor{position:absolute;z-index:1;left:32px;height:30px;padding:0 8px 0 18px;di\
splay:flex;align-items:center;gap:4px;font-weight:700;white-space:nowrap;background:var(--cursor);co\
lor:#000;clip-path:polygon(14px 0,100% 0,100% 100%,14px 100%,0 50%)}.cursor .badge{color:#000;backgr\
ound:#fff;border-color:#000}.cursor .badge.square{color:#fff;background:#000}.end .cursor{left:6px}.\
walked .knot{background:var(--cursor);color:#000;border-width:3px}.end{position:absolute;right:calc(\
(var(--column) - 1) * var(--col) + var(--col) / 2 - 22px);width:10px;height:26px}.changed{outline:3p\
x solid var(--ring);outline-offset:1px}.row.changed{outline:0}.row.changed .card{outline:3px solid v\
ar(--ring)}.cell.changed:after,.bounds.changed:after,.lock.changed:after,.pageframe.changed:after,.k\
not.changed:after,.family.changed:after,.variable.changed:after{content:"\\394";position:absolute;top\
:-9px;right:-4px;background:var(--ring);color:#000;font:700 12px/14px sans-serif;padding:0 3px;borde\
r-radius:3px;z-index:2}.bounds{position:relative}.family .lock.changed:after{top:-16px;right:auto;le\
ft:-4px}.table{overflow:auto}.table table{border-collapse:collapse;margin-bottom:8px}th,td{border:1p\
x solid var(--rule);padding:4px 10px;text-align:left}.console{flex:none;background:var(--sunk);borde\
r-left:5px solid var(--lost);padding:4px 10px;font-size:var(--code);height:2.1em;overflow:auto;white\
-space:pre-wrap;font-weight:700}.console.quiet{color:var(--quiet);border-left-color:var(--rule);font\
-weight:400}.foot{display:flex;align-items:center;gap:12px;flex:none}.controls{display:flex;gap:4px}\
.timeline{flex:1;min-width:0;display:flex;gap:8px}.timeline,.scroll{padding-bottom:3px;margin-bottom\
:-3px}.lanes{display:grid;grid-template-rows:16px repeat(var(--lanes),var(--tick));row-gap:4px}.lane\
{display:flex;align-items:center;gap:5px;font-size:.85em;white-space:nowrap}.lane .badge{font-size:.\
78em}.scroll{flex:1;min-width:0;overflow-x:auto;scrollbar-width:thin}.track{display:grid;grid-templa\
te-columns:repeat(var(--steps),minmax(7px,1fr));grid-template-rows:16px repeat(var(--lanes),var(--ti\
ck));row-gap:4px;cursor:pointer;touch-action:pan-y;position:relative;min-height:48px}.tick{border:1.\
5px solid var(--quiet);background:none;margin:0 1px;border-radius:2px;text-align:center;line-height:\
1;font-weight:700;font-size:11px;overflow:hidden}.tick.past{background:var(--quiet);color:var(--bg)}\
.tick.current{background:var(--ink);outline:3px solid var(--ring)}.tick.wrong{border:3px solid var(-\
-lost)}.break{grid-row:2 / span var(--lanes);border-left:3px dashed var(--ink);margin-left:-2px;poin\
ter-events:none;height:100%}.marker{grid-row:1;font-weight:700;font-size:12px;line-height:15px;justi\
fy-self:center;white-space:nowrap;width:0;display:flex;justify-content:center;paint-order:stroke;-we\
bkit-text-stroke:4px var(--bg)}.marker.before{justify-self:start;justify-content:flex-start}.decisiv\
e{grid-row:1 / span calc(var(--lanes) + 1);border-right:3px solid var(--lost);justify-self:end;margi\
n-right:-2px;padding-top:0;width:0;pointer-events:none;color:transparent}.stepper.hall{--fs: 22px;--\
code: 22px;--small: 18px;--line: 56;--gap: 5;--end: 18;--col: 150px;--cell: 62px;--card: 590px;--car\
ry: 44px;gap:5px;padding:5px 12px}.hall:not(.page){height:720px}.hall .title,.hall .said,.hall .numb\
er,.hall .letter{font-size:22px}.hall .news{height:30px}.hall .number{min-width:4em}.hall .said{-web\
kit-line-clamp:1;line-height:28px}.hall .changes,.hall .preempts{display:none}.hall .panes{display:f\
lex}.hall .pane{display:none}.hall .pane.looked{display:flex;flex:1}.hall .others{display:block;flex\
:none}.hall .other{display:flex;align-items:center;gap:10px;white-space:nowrap;overflow:hidden;min-h\
eight:32px;font-size:22px}.hall .other code{font-size:22px;overflow:hidden;text-overflow:ellipsis}.h\
all .other>span:last-child{flex:none}.hall .who{font-size:22px;min-height:31px}.hall select{min-heig\
ht:31px}.hall .callers,.hall select,.hall .locals{font-size:22px}.hall .line{line-height:1.3}.hall.d\
riving .next{display:none}.hall .next{font-size:22px;line-height:28px;padding:0 10px;min-height:29px\
}.hall .locals{padding:0 10px;line-height:28px}.hall .lock,.hall .pageframe,.hall .bounds,.hall .fam\
ily .name,.hall .rootless,.hall .variable,.hall .lane{font-size:22px}.hall .badge{font-size:20px;min\
-width:26px;height:26px;width:26px}.hall .bounds{width:max(9em,calc((2 * var(--digits, 3) + 4) * .61\
em));line-height:1.15}.hall .cell{line-height:1;height:50px}.hall .cells{grid-template-columns:repea\
t(var(--wide),minmax(var(--slot),78px));flex-basis:calc(var(--wide) * 81px)}.hall .cell>span{font-si\
ze:22px}.hall .cell.stale>span{letter-spacing:-1px}.hall .changed:after{font-size:18px!important;lin\
e-height:18px!important}.hall .strip{order:-1;flex:0 0 calc(100% - var(--columns) * var(--col) - var\
(--walk));min-height:50px;gap:4px 8px}.hall .grid{flex-basis:100%;margin-top:-56px}.hall .now-at{min\
-height:29px}.hall.driving .now-at{display:none}.hall .family{height:50px;line-height:1}.hall .famil\
y :is(.lock,.waiters){gap:0 4px}.hall .rows{margin-top:8px}.hall .thread{top:-4px}.hall .console{fon\
t-size:20px;height:32px;padding:2px 10px}.hall .lane{line-height:1}.hall .lane .badge{width:22px;min\
-width:22px;height:22px;font-size:18px}.hall .lanes,.hall .track{grid-template-rows:0 repeat(var(--l\
anes),22px);row-gap:3px}.hall .marker{display:none}.hall .tick{font-size:18px}.hall .state{max-heigh\
t:47%}.hall button,.hall .carry span{font-size:22px}.hall .choices button>span:last-child{display:bl\
ock;text-overflow:ellipsis;white-space:nowrap}.hall .choices button.hinted:after{content:"\\25c0"}.st\
epper.deck{height:100%;border:0}.deck .head{align-items:flex-start;padding-top:2px;padding-right:var\
(--deck-bar, 0)}.deck .opener{display:none}.deck .title{padding-top:var(--deck-heading);font-size:18\
px;font-weight:400;color:var(--quiet)}.deck .verdict{padding:4px 10px}.deck.driving .verdict{font-si\
ze:18px}@container (max-width: 1100px){.hall .role{display:none}.hall .grid{--card: 440px}.hall .gri\
d:has(.families){--card: 280px}.hall .news{height:56px}.hall .said{-webkit-line-clamp:2;line-height:\
27px}.hall .choices button>span:last-child{white-space:normal}.choices button.hinted:after{content:"\
\\25c0"}}@container (max-width: 1000px){.chart{flex-basis:230px}.hall .bounds{display:none}.hall .gri\
d{--card: 260px}}@container (max-width: 860px){.role{font-size:var(--small);width:6.7em}.hall .choic\
es .ask{display:none}.hall .state{zoom:.75}.hall .console{font-size:13px}.title{font-size:1em}.bound\
s{width:max(8em,calc((2 * var(--digits, 3) + 4) * .61em))}.card{gap:6px}}@container (min-width: 621p\
x){.stepper:not(.hall) .grid+.strip{order:-1;flex:0 0 100%;padding-right:max(100% - (var(--card) + v\
ar(--carry) + var(--wide) * 63px),var(--columns) * var(--col) + var(--walk));min-height:58px;margin-\
bottom:-52px}.stepper:not(.hall) .grid{flex-basis:100%}.still .role{display:none}.stepper:not(.hall)\
 .grid.still:has(.families){--card: 374px;--carry: 10px;--walk: 8px;--col: 100px}}@container (min-wi\
dth: 621px) and (max-width: 1000px){.stepper:not(.hall) .state:has(.families)>*{--card: 230px;--ends\
: 0px;--cell: 48px;--col: 100px;--walk: 34px}.stepper:not(.hall) .grid.still:has(.families){--card: \
300px}.stepper:not(.hall) .families :is(.bounds,.cursor>span:last-child){display:none}}@container (m\
ax-width: 620px){.panes{grid-template-columns:minmax(0,1fr)}.pane,.chart{display:none}.pane.looked{d\
isplay:flex}.lane>span:not(.badge){display:none}.head,.foot{flex-wrap:wrap;gap:6px}.title{flex:1 0 1\
00%}.verdict{margin-right:auto;white-space:normal}.timeline{flex-basis:100%}.console{height:3.6em}.c\
ode{flex-basis:calc(var(--lines) * 2.25 * var(--code) + 6px)}.news{height:5.5em;gap:6px}.number{min-\
width:3.6em;font-size:1em}.changes{white-space:normal}.said{font-size:1em;-webkit-line-clamp:3}.pree\
mpts{display:none}.hall .grid{--card: 150px;--carry: 30px;--col: 78px;--walk: 44px}.stepper:not(.hal\
l) .grid,.stepper:not(.hall) .grid.single{--card: 96px;--ends: 0px;--carry: 22px;--col: 52px;--walk:\
 34px;--cell: 36px}.stepper:not(.hall) .grid:has(.families){--card: 118px;--col: 40px}.families .kno\
t{transform:scale(.85)}.role,.bounds,.ptls .label,.ptls .free,.cursor>span:last-child,.rootless{disp\
lay:none}.letter,.families .letter{min-width:0;padding:0 5px}.card{gap:4px;padding-right:3px}.ptls .\
lock{padding:1px 3px}.stepper:not(.hall) .cell>span{font-size:12px;letter-spacing:-.5px}.cursor{padd\
ing:0 4px 0 14px}.family{width:calc(var(--col) - 2px);font-size:.8em}.family .lock .label{display:no\
ne}.ways{grid-template-columns:1fr}.carry span,.carry .hand small{display:none}.stepper:not(.hall) .\
grid{max-width:var(--least)}.stepper:not(.hall) .cells{grid-template-columns:repeat(var(--wide),var(\
--slot));flex-basis:auto}.locals,.choices .ask{display:none}.cell.migration{border-width:2px}.steppe\
r:not(.hall) .cell.migration>span{letter-spacing:-1px}.ptls .lock:not(.held,.changed){visibility:hid\
den}.driving .state{flex:none;max-height:none}.driving .foot{flex-wrap:nowrap}.driving .timeline{fle\
x-basis:0}.driving .console.quiet{display:none}.driving .work{order:1}.choices{display:grid;grid-tem\
plate-columns:minmax(0,1fr) auto}.choices .hint{grid-column:2;grid-row:1 / span 2}}@media(max-height\
:760px){.driving:not(.hall) .now-at{display:none}}@media(max-height:800px)and (min-width:701px){.ste\
pper:not(.hall):has(.families){--line: 40;--gap: 4;--end: 26;gap:5px;padding:5px 12px}.stepper:not(.\
hall):has(.families) .cell{line-height:1}.stepper:not(.hall,.driving):has(.families) .state{max-heig\
ht:56%}.stepper:not(.hall,.driving):has(.families) .work{min-height:104px}}@media(max-height:760px)a\
nd (min-width:701px){.driving:not(.hall) .state{flex:none;max-height:none}.driving:not(.hall) .work{\
min-height:0}.driving:not(.hall) .console{height:auto;max-height:4em}.driving:not(.hall) .console.qu\
iet{display:none}}@media(max-height:640px){.stepper.page .work{min-height:104px}}@media(max-width:70\
0px){.stepper:not(.hall,:has(.state.plain)),.stepper.page{min-height:var(--stepper-height, 720px)}.h\
all.page{min-height:700px}.driving:not(.hall){height:auto}.stepper:not(.page,.deck,.hall):has(.state\
.plain){max-height:none}}@media(min-width:1600px)and (min-height:880px){.stepper.page{zoom:1.4;heigh\
t:var(--page-height, calc(100vh / 1.4))}}@media(prefers-reduced-motion:reduce){.row{transition:none}\
}@media(forced-colors:active){.stepper{--ink: CanvasText;--bg: Canvas;--rule: GrayText;--quiet: Canv\
asText;--chip: Canvas;--sunk: Canvas;--now: Highlight;--ring: Highlight}.cell,.letter,.line.now,.tic\
k,.badge,.carry,.cursor,.thread{forced-color-adjust:none}.line.now,.line.now .no{color:HighlightText\
}}@media print{.stepper{height:auto;border:0}.controls,.tools{display:none}}
`;var Ft=800,pt=64,S=class{run;news;choices;state;panes;timeline;tools;turns;chart;root;back;player;on;looked=null;frames={};hinted=!1;asking=null;kept=[];chosen=null;playing;measured=null;constructor(t,e,s={}){
this.host=t,this.options=s,t.dataset.lmSuppressShortcuts="true",this.shadow=t.shadowRoot??t.attachShadow(
{mode:"open"});let i=new CSSStyleSheet;i.replaceSync(ct),this.shadow.adoptedStyleSheets=[i],this.themes=
new MutationObserver(()=>this.theme());let o=["data-jp-theme-light","class"];this.themes.observe(document.
body,{attributes:!0,attributeFilter:o}),this.sizes=new ResizeObserver(()=>this.resized()),this.load(
e)}load(t){this.play(!1),this.run=new q(t),this.looked=null,this.frames={},this.hinted=!1,this.forget(),
this.build(),this.draw()}get doc(){return this.run.doc}get at(){return this.run.at}get driving(){return this.
run.driving}get verdict(){return this.news.verdict}get isHall(){return this.root.classList.contains(
"hall")}get shownCpu(){let{run:t}=this,e=t.step?.cpu??(t.path.length?t.did(t.path[0]).cpu:0);return this.
looked??e}go(t){let e=Math.max(0,Math.min(this.run.path.length,t));e!==this.run.at&&(this.run.at=e,this.
looked=null,this.frames={},this.hinted=!1,this.draw(),this.options.moved?.(this.run.at,this.run.path))}resume(t,e){
this.run.keep(t)&&this.timeline.build(),this.go(e)}close(){this.play(!1),this.themes.disconnect(),this.
sizes.disconnect()}play(t=!this.playing){clearInterval(this.playing),this.playing=void 0,t&&!this.driving&&
(this.run.at===this.run.path.length&&this.go(0),this.playing=window.setInterval(()=>{this.go(this.run.
at+1),(this.run.at===this.run.path.length||!this.root.isConnected)&&this.play(!1)},Ft)),this.player&&
(this.player.children[0].textContent=this.playing?"stop":"play",this.player.title=this.playing?"Paus\
e (space)":"Play (space)")}async choose(t){let{run:e}=this;if(t>=e.doc.cpus.length)return;if(!this.driving){
this.looked=t,this.frames={},this.draw();return}if(!e.able(t))return;let{at:s,state:i}=e;if(!(i.moves?.[t]==
null&&!await this.ask(t)))for(e.at===s&&e.state===i&&(e.turn(i.moves?.[t]??0)&&this.timeline.build(),
this.go(e.at+1));!this.asking&&this.kept.length;)this.kept.shift()?.()}act(t,e=!1){e&&this.asking?.late&&
this.forget(),this.asking?this.kept.length<pt&&this.kept.push(t):t(),(this.asking?.late||this.kept.length===
pt)&&this.news.unanswered(this.kept.length)}forget(){this.asking=null,this.kept=[]}async ask(t){if(!this.
options.ask)return!1;let{run:e}=this,{state:s}=e,i={late:!1};this.asking=i;let o=setTimeout(()=>{i.late=
this.asking===i,i.late&&this.news.unanswered(this.kept.length)},2e3),a=await this.options.ask(e.schedule,
t).catch(()=>null);return clearTimeout(o),i!==this.asking?!1:(this.asking=null,a?e.add(a,t,s)&&this.
state.build():(this.forget(),this.news.unanswered()),a!==null)}get ahead(){let{run:t}=this;return this.
driving&&t.step!==null&&t.able(t.step.cpu)}forward(){let{run:t}=this;t.at<t.path.length?this.go(t.at+
1):this.ahead&&t.step&&this.choose(t.step.cpu)}hint(){this.driving&&(this.hinted=!0,this.draw(),this.
choices?.focus())}key(t){if(t.ctrlKey||t.metaKey||t.altKey)return;t.stopPropagation();let e=t.composedPath()[0];
if(e instanceof HTMLSelectElement&&!/^(ArrowLeft|ArrowRight|Escape)$/.test(t.key))return;let i=t.key===
" "||t.key==="Enter";if(e instanceof HTMLButtonElement&&i)return;let{run:o}=this,a={ArrowRight:()=>this.
forward(),ArrowLeft:()=>this.go(o.at-1),ArrowUp:()=>this.go(o.preemption(-1)),ArrowDown:()=>this.go(
o.preemption(1)),Home:()=>this.go(0),End:()=>this.go(o.path.length)," ":()=>this.play(),l:()=>this.hall(),
h:()=>this.hint(),t:()=>this.asTable(),v:()=>this.inTurns(),m:()=>this.map(),"?":()=>this.tools.toggle(),
Escape:()=>this.release()},l=/^[1-9]$/.test(t.key),h=l?()=>this.choose(Number(t.key)-1):a[t.key];if(!h)
return;t.preventDefault(),t.key!==" "&&this.play(!1);let c=/^(Arrow(Left|Up|Down)|Home|End)$/.test(t.
key);c||l||/^(ArrowRight|h)$/.test(t.key)?this.act(h,c):h(),this.host.scrollIntoView({block:"nearest"})}release(){
this.tools.toggle(!1),this.shadow.activeElement instanceof HTMLElement&&this.shadow.activeElement.blur(),
this.host.blur(),this.host.closest(".jp-Notebook")?.focus()}hall(t=!this.isHall){this.root.classList.
toggle("hall",t),this.tools.press("hall",t),this.measured=null,this.draw()}asTable(){this.state.grid&&
(this.state.tabular=!this.state.tabular,this.tools.press("table",this.state.tabular),this.draw())}inTurns(){
let t=this.turns.root.hidden;this.turns.root.hidden=!t,this.root.classList.toggle("glance",t),this.tools.
press("turns",t),this.draw()}map(){let t=this.root.classList.toggle("mapped");this.tools.press("map",
t)}theme(){let{classList:t,dataset:e}=document.body,s=matchMedia("(prefers-color-scheme: dark)").matches,
i=e.jpThemeLight?e.jpThemeLight==="false":null,o=this.chosen??i??(t.contains("vscode-dark")||s);this.
root.dataset.theme=o?"dark":"light",this.options.page&&(document.documentElement.style.colorScheme=this.
root.dataset.theme),this.tools.press("theme",o)}build(){let{doc:t,driving:e,options:s}=this,i=this.root?.
classList.contains("hall");this.news=new N(this),this.choices=e?new H(this):null,this.state=new P(this),
this.panes=new _(this),this.timeline=new I(this),this.turns=new D(this),this.chart=t.drive?.whole?new E(
this):null,this.tools=new B(this,this.toolsOf());let o=t.title||"a recorded run",a=["stepper",s.page&&
"page",e&&"driving",t.cpus.length>3&&"many",i&&"hall"].filter(Boolean);this.root=r("div",{class:a.join(
" "),tabindex:"0",role:"group","data-lm-suppress-shortcuts":"true","aria-label":`Stepper: ${o}. Arro\
w keys step, ? shows all keys.`,onkeydown:l=>this.key(l)},r("div",{class:"head"},r(s.page?"h1":"p",{
class:"title"},o),this.news.verdict,this.tools.opener),this.tools.root,this.news.root,this.choices?.
root,this.state.root,this.turns.root,r("div",{class:"work"},this.panes.root,this.chart?.root),this.panes.
others,this.news.console,r("div",{class:"foot"},this.buildControls(),this.timeline.root)),this.theme(),
this.shadow.replaceChildren(this.root),this.sizes.disconnect();for(let l of[this.root,...this.panes.
panes.map(h=>h.code)])this.sizes.observe(l)}toolsOf(){let t=[["home","|◀","Home","To the start",()=>this.
go(0)],["end","▶|","End","To the end",()=>this.go(this.run.path.length)],["turns","turns","v","The\
 run in turns",()=>this.inTurns()],["hall","hall","l","Layout for a hall",()=>this.hall()]];this.chart&&
t.push(["map","map","m","All that can happen",()=>this.map()]),this.state.grid&&t.push(["table","tab\
le","t","Show as a table",()=>this.asTable()]);let e=()=>{this.chosen=this.root.dataset.theme!=="dar\
k",this.theme()};return this.options.page&&t.push(["theme","dark","","Light or dark",e]),t}buildControls(){
let t=(s,i,o)=>M(s,i,()=>{i!=="play"&&this.play(!1),this.act(o,!0)});return this.back=t("One step ba\
ck (left arrow)","◀",()=>this.go(this.run.at-1)),this.player=this.driving?null:t("Play (space)","p\
lay",()=>this.play()),this.on=this.driving?null:t("One step on (right arrow)","▶",()=>this.forward()),
r("div",{class:"controls",role:"group","aria-label":"Steps"},this.back,this.player,this.on)}get measures(){
if(!this.measured){let t=getComputedStyle(this.root),e=s=>Number.parseFloat(t.getPropertyValue(s));this.
measured={line:e("--line"),gap:e("--gap"),end:e("--end")}}return this.measured}resized(){this.measured=
null,this.state.place(),this.panes.show()}draw(){let{run:t}=this,e=this.shadow.activeElement;this.news.
draw(),this.panes.draw(),this.choices?.draw(),this.state.draw(),this.turns.draw(),this.chart?.draw(),
this.timeline.draw(),y(this.back,t.at>0),this.on&&y(this.on,t.at<t.path.length);let s=this.shadow.activeElement?.
checkVisibility();e&&!s&&this.root.focus({preventScroll:!0})}};function A(n,t,e={}){return Y(n,()=>new S(n,t,e))}function Y(n,t){try{return t()}catch(e){let s=e instanceof
Error?e.message:String(e),i=r("p",{role:"alert"},`This stepper cannot be drawn: ${s}.`);throw(n.shadowRoot??
n).replaceChildren(i),e}}function gt(n="0"){return JSON.parse(document.getElementById(`document-${n}`)?.
textContent??"null")}function ut(){let n=document.getElementById("stepper");if(!n)return;let t=i=>e.
driving||history.replaceState(null,"",`#${i}`),e=A(n,gt(),{page:!0,moved:t}),s=()=>e.go(Number(/^#(\d+)$/.
exec(location.hash)?.[1]??n.dataset.begin));addEventListener("hashchange",s),s(),parent===window&&e.
root.focus({preventScroll:!0})}function ft(){let n=matchMedia("(prefers-color-scheme: dark)"),t=()=>document.
body.dataset.jpThemeLight=String(!n.matches);n.addEventListener("change",t),t();for(let e of z(document,
".stepper-host"))A(e,gt(e.dataset.document));addEventListener("resize",dt),dt()}function dt(){for(let n of z(
document,"figure, table")){let t=n.scrollWidth>n.clientWidth,e=n.querySelector("title, caption")?.textContent;
t?n.tabIndex=0:n.removeAttribute("tabindex"),n.ariaLabel=t?e||`a wide ${n.localName}`:null}}function mt(){
for(let n of document.querySelectorAll(".stepper-figure")){let t=n.querySelector("script")?.textContent??
"null",[e,s]=[n.querySelector("div"),n.querySelector("details")];if(!e||!s)continue;A(e,JSON.parse(t)),
s.open=!1;let i=!1;addEventListener("beforeprint",()=>{i=!s.open,s.open=!0}),addEventListener("after\
print",()=>{s.open=!i})}}function Gt({model:n,el:t}){let e=r("div");return t.append(e),Y(e,()=>Z(n,(s,i)=>new S(e,s,i)))}var Kt={render:Gt};return $t(Jt);})();
export const { alone, chapter, figures, mount } = bundled;
export default bundled.default;
