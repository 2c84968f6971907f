function __mortise_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __mortise_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __mortise_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __mortise_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __mortise_parse_tokens -S
    set -l unparsed_tokens (__mortise_tokens -pc)
    switch $unparsed_tokens[1]
    case 'mortise'
        __mortise_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'status'
            __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'lock'
            __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'unlock'
            __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'watch'
            __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'log'
            __mortise_parse_subcommand 0 'since=' 'limit=' 'follow' 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'mode'
            __mortise_parse_subcommand 1 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'auto-relock'
            __mortise_parse_subcommand 1 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'door-ajar'
            __mortise_parse_subcommand 1 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'acknowledge'
            __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'calibrate'
            __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'doctor'
            __mortise_parse_subcommand 0 'profile=' 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'help'
            __mortise_parse_subcommand -r 1 'version'
        end
    end
end

function __mortise_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __mortise_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __mortise_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __mortise_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__mortise_tokens -p)
    if test -z "$(__mortise_tokens -t)"
        set -l index (count (__mortise_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'mortise' -f
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'status' -d 'Show where the bolt is, the door, the battery and the settings.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'lock' -d 'Throw the bolt.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'unlock' -d 'Withdraw the bolt.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'watch' -d 'Print every change until interrupted.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'log' -d 'Show the audit log: who, what, when and with what outcome.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'mode' -d 'Set how the lock behaves toward people.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'auto-relock' -d 'Set how long after unlocking the lock locks by itself.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'door-ajar' -d 'Set how long the door may stand open before the alarm.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'acknowledge' -d 'Silence the alarms whose cause has ended.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'calibrate' -d 'Learn how long the bolt takes in each direction.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'doctor' -d 'Examine the lock, or check a board profile.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise status" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise status" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise status" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise status" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise lock" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise lock" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise lock" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise lock" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise lock" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise unlock" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise unlock" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise unlock" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise unlock" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise unlock" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise watch" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise watch" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise watch" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise watch" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise watch" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" since' -l 'since' -d 'Show entries after this number, oldest first.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" limit' -l 'limit' -d 'Show at most this many entries, 1 to 10000.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" follow' -l 'follow' -d 'Go on printing entries as they come, until interrupted.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise mode" -eq 1' -fka 'normal passage lock-out'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise mode" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise mode" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise mode" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise mode" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise mode" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise auto-relock" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise auto-relock" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise auto-relock" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise auto-relock" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise auto-relock" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise door-ajar" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise door-ajar" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise door-ajar" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise door-ajar" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise door-ajar" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise acknowledge" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise acknowledge" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise acknowledge" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise acknowledge" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise acknowledge" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise calibrate" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise calibrate" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise calibrate" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise calibrate" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise calibrate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise doctor" profile' -l 'profile' -d 'Check this board profile, without a daemon.' -rF
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise doctor" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise doctor" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise doctor" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise doctor" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise doctor" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise help" version' -l 'version' -d 'Show the version.'
