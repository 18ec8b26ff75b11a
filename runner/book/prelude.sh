## What every runbook finds built in. A runbook, its imports and the start-up files may define
## their own of the same names.

#@hook show_terminal TERMINAL
#@hook show_browser BROWSER
#@hook show_slides SLIDES
#@hook show_video VIDEO
#@hook show_composite COMPOSITE
#@hook show_1 SCENE_1
#@hook show_2 SCENE_2
#@hook show_3 SCENE_3
#@hook show_4 SCENE_4
#@hook show_5 SCENE_5
#@hook show_6 SCENE_6
#@hook show_7 SCENE_7
#@hook show_8 SCENE_8
#@hook show_9 SCENE_9
#@hook show_browser_1 BROWSER1
#@hook show_browser_2 BROWSER2
#@hook show_browser_3 BROWSER3
#@hook show_browser_4 BROWSER4
#@hook show_browser_5 BROWSER5
#@hook show_browser_6 BROWSER6
#@hook show_browser_7 BROWSER7
#@hook show_browser_8 BROWSER8
#@hook show_browser_9 BROWSER9

#@macro wait_clear
#@wait
#@clear
#@end

#@macro start_livecast
#@ifhook show_slides
#@ifhook show_terminal
#@show_slides
#@clear
#@print Waiting…
#@wait
#@clear
#@show_terminal
#@endif
#@endif
#@end

#@macro browser_then_terminal
#@wait
#@ifhook show_browser
#@show_browser
#@wait
#@endif
#@clear
#@ifhook show_terminal
#@show_terminal
#@endif
#@end

#@macro slides_then_terminal
#@wait
#@ifhook show_slides
#@show_slides
#@wait
#@endif
#@clear
#@ifhook show_terminal
#@show_terminal
#@endif
#@end
