const lacks = lacking();
if (lacks) {
  const said = document.getElementById("lacks");
  said.textContent = `${lacks} The race above and the chapters below can be played and read.`;
  said.hidden = false;
}
