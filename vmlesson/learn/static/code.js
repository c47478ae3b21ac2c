// Made by `make bundle` from web/src: edit there.
"use strict";var bundled=(()=>{var l=Object.defineProperty;var p=Object.getOwnPropertyDescriptor;var x=Object.getOwnPropertyNames;var g=Object.prototype.hasOwnProperty;var m=(t,e)=>{for(var r in e)l(t,r,{get:e[r],enumerable:!0})},y=(t,e,r,o)=>{if(e&&typeof e=="object"||
typeof e=="function")for(let n of x(e))!g.call(t,n)&&n!==r&&l(t,n,{get:()=>e[n],enumerable:!(o=p(e,n))||
o.enumerable});return t};var b=t=>y(l({},"__esModule",{value:!0}),t);var j={};m(j,{default:()=>w,indentation:()=>u});function a(t,e={},...r){let o=document.createElement(t);for(let[n,s]of Object.entries(e))s===!1||s==
null||(n.startsWith("on")?o.addEventListener(n.slice(2),s):n==="style"?h(o,s):o.setAttribute(n,s===!0?
"":String(s)));for(let n of r.flat())n!=null&&n!==!1&&o.append(n);return o}function h(t,e){for(let[r,
o]of Object.entries(e))t.style.setProperty(r,String(o))}function u(t){let e=t.slice(t.lastIndexOf(`
`)+1),r=e.trimEnd().endsWith(":")?"    ":"";return(/^ */.exec(e)?.[0]??"")+r}function S({model:t,el:e}){
let r=0,o=()=>{t.set("value",s.value),t.save_changes()},n=()=>{o(),t.send(s.value)},s=a("textarea",{
"aria-label":"Your code; Shift+Enter tries it",rows:t.get("value").split(`
`).length+3,spellcheck:"false",onchange:o,oninput:()=>{clearTimeout(r),r=window.setTimeout(o,1e3)},onkeydown:i=>{
if(i.stopPropagation(),i.key!=="Enter"||i.isComposing)return;i.preventDefault();let f=`
${u(s.value.slice(0,s.selectionStart))}`;i.shiftKey||i.ctrlKey||i.metaKey?n():document.execCommand("\
insertText",!1,f)}});s.value=t.get("value");let d=a("button",{type:"button",class:"jupyter-button wi\
dget-button",onclick:n},"Try it"),c=()=>{s.readOnly=e.closest(".jupyter-widgets-disconnected")!==null};
t.on("comm_live_update",()=>setTimeout(c)),e.dataset.lmSuppressShortcuts="true",e.append(s,d),setTimeout(
c)}var w={render:S};return b(j);})();
export default bundled.default;
