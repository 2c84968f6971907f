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
            __mortise_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'show'
                __mortise_parse_subcommand 0 'since=' 'limit=' 'follow' 'bus=' 'json' 'timeout=' 'version' 'h/help'
            case 'verify'
                __mortise_parse_subcommand 0 'witness=+' 'bus=' 'json' 'timeout=' 'version' 'h/help'
            case 'erase'
                __mortise_parse_subcommand 0 'all' 'key=' 'bus=' 'json' 'timeout=' 'version' 'h/help'
            end
        case 'pair'
            __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'setup-code'
            __mortise_parse_subcommand 0 'ascii' 'invert' 'no-qr' 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'keys'
            __mortise_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
            case 'change'
                __mortise_parse_subcommand 1 'name=' 'role=' 'uses=' 'bus=' 'json' 'timeout=' 'version' 'h/help'
            case 'revoke'
                __mortise_parse_subcommand 1 'bus=' 'json' 'timeout=' 'version' 'h/help'
            end
        case 'invite'
            __mortise_parse_subcommand 0 'name=' 'role=' 'schedule=' 'uses=' 'lifetime=' 'ascii' 'invert' 'no-qr' 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'invitations'
            __mortise_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
            case 'withdraw'
                __mortise_parse_subcommand 1 'bus=' 'json' 'timeout=' 'version' 'h/help'
            end
        case 'schedule'
            __mortise_parse_subcommand -r 2 'bus=' 'json' 'timeout=' 'version' 'h/help'
        case 'sessions'
            __mortise_parse_subcommand 0 'bus=' 'json' 'timeout=' 'version' 'h/help'
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
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'log' -d 'Show the audit log, verify it, and erase what it says.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'pair' -d 'Wait for the first phone to pair.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'setup-code' -d 'Show the setup code that makes the first phone the owner\'s.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'keys' -d 'List, change and revoke the keys of phones.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'invite' -d 'Invite a phone: make a code that becomes a key, once.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'invitations' -d 'List and withdraw the invitations of phones.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'schedule' -d 'Show or set when a guest\'s key may be used.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise" -eq 1' -fa 'sessions' -d 'List the phones that are connected.'
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
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise log" -eq 1' -fa 'show' -d 'Show the audit log: who, what, when and with what outcome.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise log" -eq 1' -fa 'verify' -d 'Verify that the audit log was not tampered with.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise log" -eq 1' -fa 'erase' -d 'Erase what the audit log says, of one key or all of it.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log show" since' -l 'since' -d 'Show entries after this number, oldest first.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log show" limit' -l 'limit' -d 'Show at most this many entries, 1 to 10000.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log show" follow' -l 'follow' -d 'Go on printing entries as they come, until interrupted.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log show" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log show" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log show" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log show" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log verify"' -l 'witness' -d 'What a phone has seen: the number of an entry, a colon, and its hash. It may be given again.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log verify" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log verify" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log verify" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log verify" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log erase" all' -l 'all' -d 'Erase all of it.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log erase" key' -l 'key' -d 'Erase the entries that a key has made, and those about it; also of a key that was taken away.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log erase" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log erase" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log erase" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log erase" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise log erase" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise pair" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise pair" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise pair" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise pair" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise pair" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise setup-code" ascii' -l 'ascii' -d 'Draw the QR code with ASCII characters alone (default: where the locale is not UTF-8).'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise setup-code" invert' -l 'invert' -d 'Without colour: draw dark on light, for a terminal whose background is light.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise setup-code" no-qr' -l 'no-qr' -d 'Print the text alone.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise setup-code" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise setup-code" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise setup-code" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise setup-code" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise setup-code" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise keys" -eq 1' -fa 'list' -d 'List the keys.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise keys" -eq 1' -fa 'change' -d 'Change what a key is called, what it may do, and how often.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise keys" -eq 1' -fa 'revoke' -d 'Take a key away.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys list" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys list" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys list" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys list" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys change" name' -l 'name' -d 'What it is called from now on, up to 64 bytes.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys change" role' -l 'role' -d 'What it may do from now on.' -rfka 'owner admin guest'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys change" uses' -l 'uses' -d 'How often a guest may still unlock, 1 to 10000, or any.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys change" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys change" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys change" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys change" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys change" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys revoke" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys revoke" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys revoke" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys revoke" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise keys revoke" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" name' -l 'name' -d 'Whose phone it is, up to 64 bytes.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" role' -l 'role' -d 'What it may do.' -rfka 'owner admin guest'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" schedule' -l 'schedule' -d 'When a guest may come: see SCHEDULES.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" uses' -l 'uses' -d 'How often a guest may unlock, 1 to 10000; any number without.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" lifetime' -l 'lifetime' -d 'How long the code is good for, 1min to 7d.' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" ascii' -l 'ascii' -d 'Draw the QR code with ASCII characters alone (default: where the locale is not UTF-8).'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" invert' -l 'invert' -d 'Without colour: draw dark on light, for a terminal whose background is light.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" no-qr' -l 'no-qr' -d 'Print the text alone.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invite" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise invitations" -eq 1' -fa 'list' -d 'List the invitations.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_positional "mortise invitations" -eq 1' -fa 'withdraw' -d 'Take an invitation back.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations list" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations list" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations list" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations list" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations withdraw" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations withdraw" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations withdraw" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations withdraw" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise invitations withdraw" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise schedule" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise schedule" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise schedule" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise schedule" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise schedule" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise sessions" bus' -l 'bus' -d 'The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise sessions" json' -l 'json' -d 'Print JSON for programs.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise sessions" timeout' -l 'timeout' -d 'Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).' -rfka ''
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise sessions" version' -l 'version' -d 'Show the version.'
complete -c 'mortise' -n '__mortise_should_offer_completions_for_flags_or_options "mortise sessions" h help' -s 'h' -l 'help' -d 'Show help information.'
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
