// The page of a run: how far it is, while workers are at it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    const life = document.getElementById("run-life");
    if (life && life.dataset.progress) follow(life);
});

function follow(life) {
    const wait = 1000;
    const look = async () => {
        try {
            const answer = await fetch(life.dataset.progress, { credentials: "same-origin" });
            if (!answer.ok || answer.redirected) return location.reload();
            const now = await answer.json();
            if (!now.is_live) return location.reload();
            document.getElementById("progress-text").textContent = now.text;
            document.getElementById("progress-bar").value = now.percent;
        } catch {
            // The server is away for a moment: ask again.
        }
        setTimeout(look, wait);
    };
    setTimeout(look, wait);
}
